import { createHash } from 'node:crypto'
import { type ChunkPlan, planChunks } from '../chunk-plan.ts'
import { problem } from '../problem.ts'
import type { LookScope, SharedUploadStore, UploadFate, UploadLook } from '../shared-storage.ts'
import type { EndReason, FileRecord, LandedChunk, UploadStore } from '../storage.ts'
import type { WirePartial } from '../wire.ts'
import type { AppendLog } from './append-log.ts'
import { ChunkBuffer } from './chunk-buffer.ts'
import { ChunkLogs } from './chunk-logs.ts'
import { ChunkPrefix, readPrefixes } from './chunk-prefix.ts'
import { finishUpload } from './finish-upload.ts'
import { segmentName } from './s3-layout.ts'
import type { FateEntry, S3Content, S3Record } from './s3-records.ts'
import type { S3Shelf } from './s3-shelf.ts'

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
  readonly #chunks: ChunkLogs
  readonly #prefixes = new Map<number, ChunkPrefix>()
  readonly #buffers = new Map<number, ChunkBuffer>()

  constructor(shelf: S3Shelf, stored: S3Record) {
    this.#shelf = shelf
    this.#stored = stored
    this.#plan = planChunks(stored.record.size, stored.record.chunkSizeBytes)
    this.#fate = shelf.fateOf(stored.record.id)
    this.#chunks = new ChunkLogs(shelf, stored.record.id)
  }

  async look(scope: LookScope): Promise<UploadLook | UploadFate> {
    const [fate] = await Promise.all([this.#settledFate(), this.#lookAtChunks(scope)])
    if (fate) return fate
    // Cleaning up begins with the record: as long as that is there, all that was seen above was the truth.
    const isThere = await this.#shelf.bucket.size(this.#shelf.layout.record(this.#stored.record.id))
    if (isThere === undefined) return this.#shelf.forgottenFate(this.#stored.record)
    const landed = this.#chunks.landed(scope === 'all' ? undefined : scope.indexes)
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
      const landing = { do: 'land', sha256: sha256.toString('hex'), at, ...(etag && { etag }) } as const
      // A part is called after its chunk: ours has taken the place of whatever was there.
      await this.#chunks.markLanded(index, landing, etag !== undefined)
    })
    this.#buffers.delete(index)
    buffer.release()
    if (buffer.prefix.bytes > 0) this.#shelf.later(() => buffer.prefix.drop())
  }

  async unland(index: number, at: number): Promise<void> {
    const { layout } = this.#shelf
    const { id } = this.#stored.record
    // What was left of an earlier prefix is not to be gone on from.
    await this.#shelf.clear([layout.partial(id, index)])
    await this.#chunks.markUnlanded(index, at)
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
      await Promise.all([prefix, ...indexes.map((index) => this.#chunks.read(index))])
      return
    }
    await Promise.all([this.#chunks.readAll(), this.#readPrefixes(layout.partials(id))])
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
    // Its log is cleared away once it is a file: an end must not be written after that.
    if (await this.#shelf.file(this.#stored.record.id)) return problem('unavailable')
    await this.end('upload-expired')
    return problem('upload-expired')
  }

  #content(): S3Content {
    if (this.#stored.uploadId !== undefined) return { kind: 'object' }
    return {
      kind: 'segments',
      names: this.#chunks.landings(this.#plan.count).map(({ sha256 }, index) => segmentName(index, sha256)),
    }
  }

  #parts(): Pick<FateEntry & { do: 'seal' }, 'parts'> {
    if (this.#stored.uploadId === undefined) return {}
    const parts = this.#chunks.landings(this.#plan.count).map(({ etag = '', sha256 }) => ({
      etag,
      sha256: Buffer.from(sha256, 'hex').toString('base64'),
    }))
    return { parts }
  }

  #lastActiveAt(): number {
    const since = this.#chunks.latest(this.#stored.record.createdAt)
    return [...this.#prefixes.values()].reduce(
      (latest, { lastActiveAt }) => Math.max(latest, lastActiveAt),
      since,
    )
  }
}
