import { createHash } from 'node:crypto'
import { type ChunkPlan, planChunks } from '../chunk-plan.ts'
import { problem } from '../problem.ts'
import type { LookScope, SharedUploadStore, UploadFate, UploadLook } from '../shared-storage.ts'
import type { EndReason, FileRecord, LandedChunk, UploadStore } from '../storage.ts'
import type { WirePartial } from '../wire.ts'
import { type AppendLog, type Placed, placeOf } from './append-log.ts'
import { ChunkBuffer } from './chunk-buffer.ts'
import { ChunkPrefix, readPrefixes } from './chunk-prefix.ts'
import { finishUpload } from './finish-upload.ts'
import { inParallel } from './in-parallel.ts'
import { segmentName } from './s3-layout.ts'
import type { ChunkEntry, FateEntry, S3Content, S3Record } from './s3-records.ts'
import type { S3Shelf } from './s3-shelf.ts'

type Landing = Extract<ChunkEntry, { readonly do: 'land' }>

/**
 * An open upload in the bucket, as one request sees it. A chunk's bytes are in memory until it is whole; then they go
 * out at once, checked by the store, and the chunk has landed when its log says so. The log is what processes agree by.
 */
export class S3Upload implements UploadStore, SharedUploadStore {
  readonly shared: SharedUploadStore = this
  readonly #shelf: S3Shelf
  readonly #stored: S3Record
  readonly #plan: ChunkPlan
  readonly #fate: AppendLog<FateEntry>
  /** The last entries of chunks, as far as they were looked at. */
  readonly #chunks = new Map<number, Placed<ChunkEntry>>()
  readonly #prefixes = new Map<number, ChunkPrefix>()
  readonly #buffers = new Map<number, ChunkBuffer>()

  constructor(shelf: S3Shelf, stored: S3Record) {
    this.#shelf = shelf
    this.#stored = stored
    this.#plan = planChunks(stored.record.size, stored.record.chunkSizeBytes)
    this.#fate = shelf.fateOf(stored.record.id)
  }

  async look(scope: LookScope): Promise<UploadLook | UploadFate> {
    const [fate] = await Promise.all([this.#settledFate(), this.#lookAtChunks(scope)])
    if (fate) return fate
    // Cleaning up begins with the record: as long as that is there, all that was seen above was the truth.
    const isThere = await this.#shelf.bucket.size(this.#shelf.layout.record(this.#stored.record.id))
    if (isThere === undefined) return this.#shelf.forgottenFate(this.#stored.record)
    const indexes = scope === 'all' ? [...this.#chunks.keys()] : scope.indexes
    const landed: LandedChunk[] = []
    for (const index of indexes) {
      const { entry } = this.#chunks.get(index) ?? {}
      if (entry?.do === 'land') landed.push({ index, sha256: Buffer.from(entry.sha256, 'hex'), at: entry.at })
    }
    const partials = [...this.#prefixes].map(([index, { bytes }]): WirePartial => ({ index, bytes }))
    return { landed, partials, lastActiveAt: scope === 'all' ? this.#lastActiveAt() : undefined }
  }

  async write(offset: number, pieces: readonly Uint8Array[]): Promise<void> {
    const index = Math.min(Math.floor(offset / this.#plan.chunkSizeBytes), this.#plan.count - 1)
    await this.#bufferAt(index, offset - index * this.#plan.chunkSizeBytes).add(pieces)
  }

  async digest(index: number): Promise<Buffer> {
    return createHash('sha256')
      .update(await this.#bufferAt(index).whole())
      .digest()
  }

  async land({ index, sha256, at }: LandedChunk): Promise<void> {
    const { budget } = this.#shelf
    const buffer = this.#bufferAt(index)
    const bytes = await buffer.whole()
    await budget.leaving(async () => {
      const etag = await this.#putChunk(index, bytes, sha256)
      await this.#markLanded(index, { do: 'land', sha256: sha256.toString('hex'), at, ...(etag && { etag }) })
    })
    this.#buffers.delete(index)
    buffer.release()
    if (buffer.prefix.bytes > 0) this.#shelf.later(() => buffer.prefix.drop())
  }

  async unland(index: number, at: number): Promise<void> {
    const { layout } = this.#shelf
    const { id } = this.#stored.record
    const log = this.#shelf.chunkOf(id, index)
    const last = this.#chunks.get(index)
    // What was left of an earlier prefix is not to be gone on from.
    await this.#shelf.clear([layout.partial(id, index)])
    if (!(await log.append(last?.place, { do: 'unland', at }))) {
      const now = await log.last()
      if (now?.entry.do === 'land') throw problem('chunk-conflict', { index, sha256: now.entry.sha256 })
    }
    await this.#readChunk(index)
  }

  async keep(index: number, bytes: number): Promise<void> {
    const buffer = this.#buffers.get(index)
    if (!buffer) return
    this.#buffers.delete(index)
    await buffer.keep(bytes)
  }

  async publish(file: FileRecord): Promise<FileRecord> {
    const content = this.#content()
    const seal: FateEntry & { do: 'seal' } = { do: 'seal', file: { ...file, content }, ...this.#parts() }
    const last = await this.#fate.last()
    if (
      last?.entry.do !== 'seal' &&
      last?.entry.do !== 'end' &&
      (await this.#fate.append(last?.place, seal))
    ) {
      return finishUpload(this.#shelf, this.#stored, { place: last ? last.place + 1 : 0, entry: seal })
    }
    const fate = await this.#settledFate()
    if (fate && 'file' in fate) return fate.file
    throw problem(fate ? fate.ended : 'unavailable')
  }

  async end(reason: EndReason): Promise<FileRecord | undefined> {
    const { owner } = this.#stored.record
    const { clock } = this.#shelf.around
    for (;;) {
      const fate = await this.#settledFate()
      if (fate) return 'file' in fate ? fate.file : undefined
      const last = await this.#fate.last()
      if (last && last.entry.do !== 'unseal') continue
      const end: FateEntry = { do: 'end', reason, at: clock.now(), ...(owner === undefined ? {} : { owner }) }
      if (await this.#fate.append(last?.place, end)) return undefined
    }
  }

  /** All but how it ended, which is remembered for a while. */
  async discard(): Promise<void> {
    const { bucket, layout } = this.#shelf
    const { record, uploadId } = this.#stored
    const { id, owner } = record
    for (const buffer of this.#buffers.values()) buffer.release()
    this.#buffers.clear()
    if (uploadId !== undefined) await bucket.abortParts(layout.object(id), uploadId)
    await bucket.delete([layout.openMark(owner, id), layout.record(id)])
    await this.#shelf.clear([layout.content(id), layout.upload(id)], (key) => key.startsWith(layout.fate(id)))
  }

  /** What has become of it, if anything; a completion that a crash cut short is finished. */
  async #settledFate(): Promise<UploadFate | undefined> {
    const last = await this.#fate.last()
    if (!last || last.entry.do === 'unseal') return undefined
    const { entry, place } = last
    if (entry.do === 'end') return { ended: entry.reason, owner: entry.owner }
    try {
      return { file: await finishUpload(this.#shelf, this.#stored, { place, entry }) }
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'incomplete') return undefined
      throw error
    }
  }

  async #lookAtChunks(scope: LookScope): Promise<void> {
    const { layout } = this.#shelf
    const { id } = this.#stored.record
    if (scope !== 'all') {
      const { indexes, partialOf } = scope
      const prefix = partialOf === undefined ? undefined : this.#readPrefixes(layout.partial(id, partialOf))
      await Promise.all([prefix, ...indexes.map((index) => this.#readChunk(index))])
      return
    }
    const [places] = await Promise.all([this.#listChunks(), this.#readPrefixes(layout.partials(id))])
    for (const index of this.#chunks.keys()) if (!places.has(index)) this.#chunks.delete(index)
    await inParallel([...places], async ([index, place]) => {
      // An entry never changes, so one that is known need not be read again.
      if (this.#chunks.get(index)?.place === place) return
      const last = await this.#shelf.chunkOf(id, index).at(place)
      if (last) this.#chunks.set(index, last)
    })
  }

  async #listChunks(): Promise<Map<number, number>> {
    const { bucket, layout } = this.#shelf
    const name = layout.chunks(this.#stored.record.id)
    const places = new Map<number, number>()
    for await (const { key } of bucket.list(name)) {
      const index = Number.parseInt(key.slice(name.length), 10)
      places.set(index, Math.max(places.get(index) ?? 0, placeOf(key)))
    }
    return places
  }

  async #readChunk(index: number): Promise<void> {
    const last = await this.#shelf.chunkOf(this.#stored.record.id, index).last()
    if (last) this.#chunks.set(index, last)
    else this.#chunks.delete(index)
  }

  async #readPrefixes(name: string): Promise<void> {
    const { layout } = this.#shelf
    const prefixes = await readPrefixes(this.#shelf, name)
    this.#prefixes.clear()
    for (const [folder, prefix] of prefixes) {
      this.#prefixes.set(Number(folder.slice(layout.partials(this.#stored.record.id).length, -1)), prefix)
    }
  }

  #bufferAt(index: number, from = 0): ChunkBuffer {
    const present = this.#buffers.get(index)
    if (present) return present
    const folder = this.#shelf.layout.partial(this.#stored.record.id, index)
    const prefix = from > 0 ? this.#prefixes.get(index) : undefined
    const buffer = new ChunkBuffer(this.#shelf.budget, prefix ?? new ChunkPrefix(this.#shelf, folder))
    this.#buffers.set(index, buffer)
    return buffer
  }

  async #putChunk(index: number, bytes: Buffer, sha256: Buffer): Promise<string | undefined> {
    const { bucket, layout } = this.#shelf
    const { record, uploadId } = this.#stored
    const payload = { bytes, sha256, md5: createHash('md5').update(bytes).digest() }
    if (uploadId === undefined) {
      await bucket.put(layout.content(record.id) + segmentName(index, sha256.toString('hex')), payload)
      return undefined
    }
    const etag = await bucket.putPart(layout.object(record.id), uploadId, index + 1, payload)
    if (etag === undefined) throw await this.#explainGone()
    return etag
  }

  /** Completed or dropped meanwhile, or the store has dropped it: then it is over as well. */
  async #explainGone(): Promise<Error> {
    const fate = await this.#settledFate()
    // Whoever asks again is told of the file.
    if (fate) return problem('file' in fate ? 'unavailable' : fate.ended)
    await this.end('upload-expired')
    return problem('upload-expired')
  }

  /** Writes the log of a chunk whose bytes are there; whoever was faster with other bytes has landed it. */
  async #markLanded(index: number, landing: Landing): Promise<void> {
    const log = this.#shelf.chunkOf(this.#stored.record.id, index)
    for (;;) {
      const last = this.#chunks.get(index)
      if (last?.entry.do === 'land' && last.entry.sha256 !== landing.sha256) {
        throw await this.#conflict(log, index, { place: last.place, entry: last.entry })
      }
      if (last?.entry.do === 'land' && last.entry.etag === landing.etag) return
      if (await log.append(last?.place, landing)) {
        this.#chunks.set(index, { place: last ? last.place + 1 : 0, entry: landing })
        return
      }
      await this.#readChunk(index)
    }
  }

  /** As a part of the store has the name of its chunk, ours has taken the place of the one that had landed. */
  async #conflict(
    log: AppendLog<ChunkEntry>,
    index: number,
    { place, entry }: Placed<Landing>,
  ): Promise<Error> {
    const at = this.#shelf.around.clock.now()
    if (this.#stored.uploadId !== undefined) await log.append(place, { do: 'unland', at })
    return problem('chunk-conflict', { index, sha256: entry.sha256 })
  }

  #content(): S3Content {
    if (this.#stored.uploadId !== undefined) return { kind: 'object' }
    return {
      kind: 'segments',
      names: this.#landings().map(({ sha256 }, index) => segmentName(index, sha256)),
    }
  }

  #parts(): Pick<FateEntry & { do: 'seal' }, 'parts'> {
    if (this.#stored.uploadId === undefined) return {}
    const parts = this.#landings().map(({ etag = '', sha256 }) => ({
      etag,
      sha256: Buffer.from(sha256, 'hex').toString('base64'),
    }))
    return { parts }
  }

  /** In order of chunks. */
  #landings(): Landing[] {
    return Array.from({ length: this.#plan.count }, (_, index) => {
      const { entry } = this.#chunks.get(index) ?? {}
      if (entry?.do !== 'land') throw new TypeError(`Expected chunk ${index} to have landed`)
      return entry
    })
  }

  #lastActiveAt(): number {
    const times = [...this.#chunks.values()].map(({ entry }) => entry.at)
    return [...times, ...[...this.#prefixes.values()].map(({ lastActiveAt }) => lastActiveAt)].reduce(
      (latest, at) => Math.max(latest, at),
      this.#stored.record.createdAt,
    )
  }
}
