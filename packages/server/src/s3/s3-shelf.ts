import type { SharedSurroundings, UploadFate } from '../shared-storage.ts'
import type { UploadRecord } from '../storage.ts'
import { AppendLog } from './append-log.ts'
import type { BufferBudget } from './buffer-budget.ts'
import type { S3Bucket } from './s3-bucket.ts'
import type { S3Layout } from './s3-layout.ts'
import type { ChunkEntry, FateEntry, KeyEntry, S3File, S3Record } from './s3-records.ts'

/** What everything in a bucket has in common. */
export class S3Shelf {
  readonly bucket: S3Bucket
  readonly layout: S3Layout
  readonly around: SharedSurroundings
  readonly budget: BufferBudget
  readonly #background = new Set<Promise<void>>()

  constructor(bucket: S3Bucket, layout: S3Layout, around: SharedSurroundings, budget: BufferBudget) {
    this.bucket = bucket
    this.layout = layout
    this.around = around
    this.budget = budget
  }

  fateOf(id: string): AppendLog<FateEntry> {
    return this.#log(this.layout.fate(id))
  }

  chunkOf(id: string, index: number): AppendLog<ChunkEntry> {
    return this.#log(this.layout.chunk(id, index))
  }

  keyOf(owner: string | undefined, key: string): AppendLog<KeyEntry> {
    return this.#log(this.layout.key(owner, key))
  }

  /** An entry of the log of a key, by its name. */
  async readKey(name: string): Promise<KeyEntry | undefined> {
    const bytes = await this.bucket.get(name)
    if (!bytes) return undefined
    const entry: KeyEntry = JSON.parse(bytes.toString('utf8'))
    return entry
  }

  /** The record of an open upload, or of one that was completed a moment ago. */
  async record(id: string): Promise<S3Record | undefined> {
    const bytes = await this.bucket.get(this.layout.record(id))
    if (!bytes) return undefined
    const stored: S3Record = JSON.parse(bytes.toString('utf8'))
    return stored
  }

  /** The record of a published file. */
  async file(id: string): Promise<S3File | undefined> {
    const bytes = await this.bucket.get(this.layout.file(id))
    if (!bytes) return undefined
    const file: S3File = JSON.parse(bytes.toString('utf8'))
    return file
  }

  /** What has become of an upload that has no record any more. */
  async forgottenFate({ id, owner }: UploadRecord): Promise<UploadFate> {
    const file = await this.file(id)
    if (file) return { file }
    const end = (await this.fateOf(id).last())?.entry
    return { ended: end?.do === 'end' ? end.reason : 'upload-expired', owner }
  }

  /** Makes a file whose bytes are there; of all who do so at once, one announces it. */
  async publish(file: S3File): Promise<S3File> {
    const { bucket, layout, around } = this
    if (await bucket.create(layout.file(file.id), JSON.stringify(file))) {
      await this.#noteContent(file)
      await around.onPublished(file)
    }
    return file
  }

  /** Only a hint: where it cannot be noted, or a crash comes first, the content is sent again. */
  async #noteContent({ id, owner, digest }: S3File): Promise<void> {
    if (owner === undefined) return
    const { bucket, layout, around } = this
    try {
      await bucket.create(layout.holders(owner, digest) + id, '{}')
    } catch (error) {
      around.onError(error, 'noting what a file holds')
    }
  }

  /** Removes everything below some prefixes, but what is to be kept. */
  async clear(prefixes: readonly string[], isKept: (key: string) => boolean = () => false): Promise<void> {
    const keys: string[] = []
    for (const prefix of prefixes) {
      for await (const { key } of this.bucket.list(prefix)) if (!isKept(key)) keys.push(key)
    }
    await this.bucket.delete(keys)
  }

  /** Does what nobody has to wait for; what a crash leaves undone a sweep does later. */
  later(work: () => Promise<void>): void {
    const doing = work()
      .catch((error: unknown) => this.around.onError(error, 'cleaning up in the bucket'))
      .finally(() => this.#background.delete(doing))
    this.#background.add(doing)
  }

  /** Resolves when all that was put off is done. */
  async settled(): Promise<void> {
    while (this.#background.size > 0) await Promise.all(this.#background)
  }

  /** Something that sorts by time and that nobody else comes up with. */
  newToken(): string {
    const { clock, random } = this.around
    return `${clock.now().toString(36).padStart(9, '0')}${Buffer.from(random.bytes(6)).toString('hex')}`
  }

  #log<Entry extends object>(name: string): AppendLog<Entry> {
    return new AppendLog(this.bucket, name, () => this.newToken())
  }
}
