import { problem } from '../problem.ts'
import type { LandedChunk } from '../storage.ts'
import { type Placed, placeOf } from './append-log.ts'
import { inParallel } from './in-parallel.ts'
import type { ChunkEntry } from './s3-records.ts'
import type { S3Shelf } from './s3-shelf.ts'

/** The entry of a chunk that has landed. */
export type Landing = Extract<ChunkEntry, { readonly do: 'land' }>

/** The logs of the chunks of one upload: their last entries, as far as they were looked at. */
export class ChunkLogs {
  readonly #shelf: S3Shelf
  readonly #id: string
  readonly #last = new Map<number, Placed<ChunkEntry>>()

  constructor(shelf: S3Shelf, id: string) {
    this.#shelf = shelf
    this.#id = id
  }

  /** Looks at the log of one chunk. */
  async read(index: number): Promise<void> {
    const last = await this.#shelf.chunkOf(this.#id, index).last()
    if (last) this.#last.set(index, last)
    else this.#last.delete(index)
  }

  /** Looks at all of them. */
  async readAll(): Promise<void> {
    const places = await this.#listPlaces()
    for (const index of this.#last.keys()) if (!places.has(index)) this.#last.delete(index)
    await inParallel([...places], async ([index, place]) => {
      // An entry never changes, so one that is known need not be read again.
      if (this.#last.get(index)?.place === place) return
      const last = await this.#shelf.chunkOf(this.#id, index).at(place)
      if (last) this.#last.set(index, last)
    })
  }

  /** Which of these chunks, or of all, have landed. */
  landed(indexes: Iterable<number> = this.#last.keys()): LandedChunk[] {
    const landed: LandedChunk[] = []
    for (const index of indexes) {
      const { entry } = this.#last.get(index) ?? {}
      if (entry?.do === 'land') landed.push({ index, sha256: Buffer.from(entry.sha256, 'hex'), at: entry.at })
    }
    return landed
  }

  /** The entries of all chunks of an upload that is whole, in order. */
  landings(count: number): Landing[] {
    return Array.from({ length: count }, (_, index) => {
      const { entry } = this.#last.get(index) ?? {}
      if (entry?.do !== 'land') throw new TypeError(`Expected chunk ${index} to have landed`)
      return entry
    })
  }

  /** When the last of them was written, or this if that is later. */
  latest(since: number): number {
    return [...this.#last.values()].reduce((latest, { entry }) => Math.max(latest, entry.at), since)
  }

  /**
   * Writes the log of a chunk whose bytes are there; whoever was faster with other bytes has landed it.
   * `isOverwritten` says whether ours have taken the place of those: then neither has landed.
   */
  async markLanded(index: number, landing: Landing, isOverwritten: boolean): Promise<void> {
    const log = this.#shelf.chunkOf(this.#id, index)
    for (;;) {
      const last = this.#last.get(index)
      if (last?.entry.do === 'land' && last.entry.sha256 !== landing.sha256) {
        const { at } = landing
        if (isOverwritten) await log.append(last.place, { do: 'unland', at })
        throw problem('chunk-conflict', { index, sha256: last.entry.sha256 })
      }
      if (last?.entry.do === 'land' && last.entry.etag === landing.etag) return
      if (await log.append(last?.place, landing)) {
        this.#last.set(index, { place: last ? last.place + 1 : 0, entry: landing })
        return
      }
      await this.read(index)
    }
  }

  /** Writes that a chunk has not landed any more. */
  async markUnlanded(index: number, at: number): Promise<void> {
    const log = this.#shelf.chunkOf(this.#id, index)
    if (!(await log.append(this.#last.get(index)?.place, { do: 'unland', at }))) {
      const now = await log.last()
      if (now?.entry.do === 'land') throw problem('chunk-conflict', { index, sha256: now.entry.sha256 })
    }
    await this.read(index)
  }

  async #listPlaces(): Promise<Map<number, number>> {
    const { bucket, layout } = this.#shelf
    const name = layout.chunks(this.#id)
    const places = new Map<number, number>()
    for await (const { key } of bucket.list(name)) {
      const index = Number.parseInt(key.slice(name.length), 10)
      places.set(index, Math.max(places.get(index) ?? 0, placeOf(key)))
    }
    return places
  }
}
