import type { SweepRules } from '../shared-storage.ts'
import { idCreatedAt, idPrefixAt } from '../upload-id.ts'
import { clearUpload } from './finish-upload.ts'
import { resumeRemovals } from './remove-file.ts'
import { idIn } from './s3-layout.ts'
import type { S3Shelf } from './s3-shelf.ts'
import { S3Upload } from './s3-upload.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/**
 * One look at everything that may have been abandoned. Any number of servers may sweep at once; ids tell when they
 * were made, so of what is young nothing is read but its name.
 */
export class BucketSweep {
  readonly #shelf: S3Shelf
  readonly #rules: SweepRules
  readonly #now: number
  #expired = 0
  #failure: unknown

  constructor(shelf: S3Shelf, rules: SweepRules) {
    this.#shelf = shelf
    this.#rules = rules
    this.#now = shelf.around.clock.now()
  }

  /** The answer is how many uploads have expired. Rejects after all were tried, if one failed. */
  async run(): Promise<number> {
    const { bucket, layout } = this.#shelf
    for await (const folder of bucket.folders(layout.uploads)) {
      const id = idIn(folder, layout.uploads)
      // They come in the order in which they were made.
      if (id !== undefined && !this.#isOld(id)) break
      if (id !== undefined && !this.#rules.isBusy(id)) await this.#tried(() => this.#sweepUpload(id))
    }
    await this.#tried(() => resumeRemovals(this.#shelf))
    await this.#tried(() => this.#sweepParts())
    await this.#tried(() => this.#sweepMarks())
    await this.#tried(() => this.#onceADay())
    if (this.#failure !== undefined) throw this.#failure
    return this.#expired
  }

  /** Whether it is so old that it can have been abandoned; a crash while it was made leaves no older traces. */
  #isOld(id: string): boolean {
    return idCreatedAt(id) + (this.#rules.expiresAfterMs ?? DAY_MS) <= this.#now
  }

  async #sweepUpload(id: string): Promise<void> {
    const stored = await this.#shelf.record(id)
    if (!stored) return this.#sweepRest(id)
    const store = new S3Upload(this.#shelf, stored)
    const look = await store.look('all')
    if ('file' in look) return clearUpload(this.#shelf, stored)
    if ('ended' in look) return store.discard()
    const { expiresAfterMs } = this.#rules
    if (expiresAfterMs === null || (look.lastActiveAt ?? this.#now) + expiresAfterMs > this.#now) return
    if (await store.end('upload-expired')) return
    await store.discard()
    this.#expired += 1
  }

  /** What is there without a record: how it ended, for a day, or what was never told to anybody. */
  async #sweepRest(id: string): Promise<void> {
    const last = await this.#shelf.fateOf(id).last()
    if (last?.entry.do === 'end' && last.entry.at + DAY_MS > this.#now) return
    // A request that was under way when it was completed or dropped may have left some.
    const { layout } = this.#shelf
    const isFile = (await this.#shelf.bucket.size(layout.file(id))) !== undefined
    await this.#shelf.clear(isFile ? [layout.upload(id)] : [layout.upload(id), layout.content(id)])
  }

  /** Multipart uploads of which nobody knows, or that were dropped while a part was under way. */
  async #sweepParts(): Promise<void> {
    const { bucket, layout } = this.#shelf
    for await (const { key, uploadId } of bucket.begun(layout.contents)) {
      const id = idIn(key, layout.contents)
      if (id === undefined || !this.#isOld(id)) continue
      const stored = await this.#shelf.record(id)
      if (stored?.uploadId !== uploadId) await bucket.abortParts(key, uploadId)
    }
  }

  /** Marks of open uploads that are not open any more. */
  async #sweepMarks(): Promise<void> {
    const { bucket, layout } = this.#shelf
    for await (const { key } of bucket.list(layout.open({}))) {
      const id = idIn(key.slice(key.lastIndexOf('/') + 1), '')
      if (id === undefined || !this.#isOld(id)) continue
      if (!(await this.#shelf.record(id))) await bucket.delete([key])
    }
  }

  /** What costs a look at much, so that one of all servers does it, on one sweep of a day. */
  async #onceADay(): Promise<void> {
    const { bucket, layout } = this.#shelf
    const day = Math.floor(this.#now / DAY_MS)
    if (!(await bucket.create(layout.swept(day), '{}'))) return
    await bucket.delete([layout.swept(day - 2)])
    await this.#sweepKeys()
    await this.#sweepContent()
  }

  /** Keys that no repeat will come for. */
  async #sweepKeys(): Promise<void> {
    const { bucket, layout } = this.#shelf
    for await (const { key, changedAt } of bucket.list(layout.keys)) {
      if (changedAt + this.#rules.keyLifeMs + DAY_MS > this.#now) continue
      const entry = await this.#shelf.readKey(key)
      const isOpen = entry?.do === 'use' && (await this.#shelf.record(entry.id)) !== undefined
      if (!isOpen) await bucket.delete([key])
    }
  }

  /** The bytes of files that came in one request and were never published; of the days before, those before are done. */
  async #sweepContent(): Promise<void> {
    const { bucket, layout } = this.#shelf
    // No key is good for so long, so nobody publishes them any more.
    const until = this.#now - 2 * DAY_MS
    const from = idPrefixAt(until - 7 * DAY_MS)
    const files = bucket.list(layout.files, { startAfter: layout.files + from })
    let file = await files.next()
    for await (const folder of bucket.folders(layout.contents, { startAfter: layout.contents + from })) {
      const id = idIn(folder, layout.contents)
      if (id === undefined) continue
      if (idCreatedAt(id) > until) break
      while (!file.done && file.value.key < layout.file(id)) file = await files.next()
      const isPublished = !file.done && file.value.key === layout.file(id)
      if (!isPublished) await this.#sweepUnpublished(id)
    }
    await files.return(undefined)
  }

  async #sweepUnpublished(id: string): Promise<void> {
    const { bucket, layout } = this.#shelf
    if (await this.#shelf.record(id)) return
    // Published just now, perhaps.
    if ((await bucket.size(layout.file(id))) === undefined) await this.#shelf.clear([layout.content(id)])
  }

  async #tried(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      this.#failure ??= error
    }
  }
}
