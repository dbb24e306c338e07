import type { S3Client } from '@aws-sdk/client-s3'
import type { ByteRange } from '../byte-range.ts'
import { chunkLength, planChunks } from '../chunk-plan.ts'
import { integerOption, rejectOption } from '../expect-option.ts'
import { KEY_LIFE_MS } from '../known-keys.ts'
import {
  KeyTaken,
  type SharedFound,
  type SharedStorage,
  type SharedSurroundings,
  StorageUnavailable,
  type SweepRules,
  type UploadLook,
} from '../shared-storage.ts'
import type { FileRecord, OwnedFile, UploadRecord, UploadStore } from '../storage.ts'
import { isId } from '../upload-id.ts'
import type { FindScope } from '../upload-registry.ts'
import { BucketSweep } from './bucket-sweep.ts'
import { BufferBudget } from './buffer-budget.ts'
import { copyFile } from './copy-file.ts'
import { removeFile } from './remove-file.ts'
import { S3Bucket } from './s3-bucket.ts'
import { S3Layout } from './s3-layout.ts'
import { isS3File, type S3Record } from './s3-records.ts'
import { S3Shelf } from './s3-shelf.ts'
import { S3Upload } from './s3-upload.ts'
import { S3Whole } from './s3-whole.ts'

const MiB = 1024 * 1024
const NOTHING: UploadLook = { landed: [], partials: [], lastActiveAt: undefined }

/** Options of `s3Storage`. */
export interface S3StorageOptions {
  /** A client with region, credentials and, where it is not AWS, the endpoint. It stays yours to destroy. */
  readonly client: S3Client
  /** A bucket that is there. */
  readonly bucket: string
  /** What every name begins with; the storage never touches any other. @default '' */
  readonly prefix?: string
  /**
   * The smallest part of a multipart upload the store takes, but for the last. Of an upload with smaller chunks each
   * chunk becomes an object of its own. @default 5 MiB, which AWS, R2, MinIO and Ceph ask for
   */
  readonly minPartSizeBytes?: number
  /**
   * How much of what is being received may be in memory, besides one chunk for each that is on its way out.
   * Prefixes of chunks are put away in the bucket when there is more. @default 256 MiB
   */
  readonly maxBufferedBytes?: number
  /** How long one request to the store may take, plus four seconds for each MiB it carries. @default 30 seconds */
  readonly requestTimeoutMs?: number
  /** How much is asked for at once in listings. @default 1,000, the most S3 gives */
  readonly listPageSize?: number
}

/**
 * Keeps uploads and files in a bucket of S3, or of what speaks like it and honours `If-None-Match: *`. Any number of
 * servers may use it at once.
 *
 * @example
 * createUploadServer({ storage: s3Storage({ client: new S3Client({}), bucket: 'uploads' }) })
 */
export function s3Storage(options: S3StorageOptions): SharedStorage {
  if (typeof options !== 'object' || options === null) rejectOption('options', 'an object', options)
  const { client, bucket, prefix = '' } = options
  if (typeof client?.send !== 'function') rejectOption('client', 'an S3Client of @aws-sdk/client-s3', client)
  if (typeof bucket !== 'string' || bucket === '') rejectOption('bucket', 'the name of a bucket', bucket)
  if (typeof prefix !== 'string' || !/^([\w.!()'-]+\/)*$/.test(prefix) || prefix.length > 64) {
    rejectOption(
      'prefix',
      "'' or something like 'uploads/', at most 64 characters, with a slash at its end",
      prefix,
    )
  }
  return new S3Storage(options)
}

class S3Storage implements SharedStorage {
  readonly isShared = true
  readonly #options: S3StorageOptions
  readonly #layout: S3Layout
  readonly #timeoutMs: number
  readonly #pageSize: number
  readonly #minPartSizeBytes: number
  readonly #budget: BufferBudget
  #started: S3Shelf | undefined

  constructor(options: S3StorageOptions) {
    this.#options = options
    this.#layout = new S3Layout(options.prefix ?? '')
    this.#timeoutMs = integerOption('requestTimeoutMs', options.requestTimeoutMs, 30_000)
    this.#pageSize = integerOption('listPageSize', options.listPageSize, 1000)
    this.#minPartSizeBytes = integerOption('minPartSizeBytes', options.minPartSizeBytes, 5 * MiB)
    this.#budget = new BufferBudget(integerOption('maxBufferedBytes', options.maxBufferedBytes, 256 * MiB))
  }

  get #shelf(): S3Shelf {
    if (!this.#started) throw new TypeError('Expected start() to have been called')
    return this.#started
  }

  async start(around: SharedSurroundings): Promise<void> {
    const { client, bucket: name } = this.#options
    const timing = { timeoutMs: this.#timeoutMs, pageSize: this.#pageSize }
    const bucket = new S3Bucket(client, name, around.clock, timing)
    const { test } = this.#layout
    // All decisions are conditional writes: on a store that takes no notice of the condition nothing would be safe.
    await bucket.create(test, '{}')
    if (await bucket.create(test, '{}')) {
      throw new StorageUnavailable('The store does not honour `If-None-Match: *` when it writes', {
        detail: 'The store of the server cannot be used',
      })
    }
    this.#started = new S3Shelf(bucket, this.#layout, around, this.#budget)
  }

  async find(id: string, scope: FindScope): Promise<SharedFound | undefined> {
    if (!isId(id)) return undefined
    const shelf = this.#shelf
    const stored = await shelf.record(id)
    if (stored) {
      const { record } = stored
      const store = new S3Upload(shelf, stored)
      if (scope === 'record') return { record, store, look: NOTHING }
      const look = await store.look('all')
      return 'landed' in look ? { record, store, look } : look
    }
    const file = await shelf.file(id)
    if (file) return { file }
    const end = (await shelf.fateOf(id).last())?.entry
    return end?.do === 'end' ? { ended: end.reason, owner: end.owner } : undefined
  }

  async findByKey(owner: string | undefined, key: string): Promise<SharedFound | undefined> {
    return (await this.#keyHolder(owner, key)).found
  }

  async create(record: UploadRecord, kind: 'journaled' | 'transient'): Promise<UploadStore> {
    const shelf = this.#shelf
    const { id, owner, key } = record
    const { found, place } = await this.#keyHolder(owner, key)
    if (found) throw new KeyTaken()
    if (kind === 'transient') return new S3Whole(shelf, record, place)
    const store = new S3Upload(shelf, await this.#makeRecord(record))
    // The key comes last: whoever finds it finds the upload as well.
    if (await shelf.keyOf(owner, key).append(place, { do: 'use', id })) return store
    await store.discard()
    throw new KeyTaken()
  }

  async countOpen(of: { readonly owner?: string }, most: number): Promise<number> {
    let count = 0
    for await (const _mark of this.#shelf.bucket.list(this.#layout.open(of))) {
      count += 1
      if (count >= most) break
    }
    return count
  }

  async file(id: string): Promise<FileRecord | undefined> {
    return isId(id) ? this.#shelf.file(id) : undefined
  }

  async *read(file: FileRecord, { start, end }: ByteRange): AsyncGenerator<Uint8Array, void, undefined> {
    if (!isS3File(file)) throw new TypeError('Expected `file` to be what file() gave')
    const { id, content } = file
    if (content.kind === 'object') {
      yield* this.#shelf.bucket.read(this.#layout.object(id), start, end)
      return
    }
    const plan = planChunks(file.size, file.chunkSizeBytes)
    const first = Math.floor(start / plan.chunkSizeBytes)
    for (let index = first; index * plan.chunkSizeBytes < end; index += 1) {
      const at = index * plan.chunkSizeBytes
      const key = `${this.#layout.content(id)}${content.names[index] ?? ''}`
      yield* this.#shelf.bucket.read(
        key,
        Math.max(0, start - at),
        Math.min(chunkLength(plan, index), end - at),
      )
    }
  }

  publishCopy(file: OwnedFile): Promise<FileRecord | undefined> {
    return copyFile(this.#shelf, file)
  }

  async remove(file: FileRecord): Promise<boolean> {
    await removeFile(this.#shelf, file)
    return true
  }

  sweep(rules: SweepRules): Promise<number> {
    return new BucketSweep(this.#shelf, rules).run()
  }

  async close(): Promise<void> {
    await this.#started?.settled()
  }

  async #makeRecord(record: UploadRecord): Promise<S3Record> {
    const { bucket, layout } = this.#shelf
    const { id, owner, chunkSizeBytes } = record
    const isOneObject = record.size > chunkSizeBytes && chunkSizeBytes >= this.#minPartSizeBytes
    const uploadId = isOneObject ? await bucket.beginParts(layout.object(id)) : undefined
    const stored: S3Record = { record, ...(uploadId === undefined ? {} : { uploadId }) }
    await bucket.create(layout.record(id), JSON.stringify(stored))
    await bucket.create(layout.openMark(owner, id), '{}')
    return stored
  }

  /** What a key stands for, and where its log ends. */
  async #keyHolder(
    owner: string | undefined,
    key: string,
  ): Promise<{ readonly found: SharedFound | undefined; readonly place: number | undefined }> {
    const shelf = this.#shelf
    const log = shelf.keyOf(owner, key)
    const last = await log.last()
    const place = last?.place
    if (last?.entry.do !== 'use') return { found: undefined, place }
    const { id, file } = last.entry
    let found = await this.find(id, 'whole')
    // Cut short before its record was written, or removed just now: then the key was freed before.
    const isForgotten = (at: number): boolean => at < shelf.around.clock.now() - KEY_LIFE_MS
    if (!found && file && !isForgotten(file.createdAt) && (await log.last())?.place === place) {
      found = { file: await shelf.publish(file) }
    }
    if (!found || 'ended' in found) return { found: undefined, place }
    if ('file' in found && isForgotten(found.file.createdAt)) return { found: undefined, place }
    return { found, place }
  }
}
