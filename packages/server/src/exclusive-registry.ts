import { type Access, isWithinReach } from './access.ts'
import { BoundedMap } from './bounded-map.ts'
import { KEY_LIFE_MS, KnownKeys, keyName } from './known-keys.ts'
import { OpenUpload, type UploadSurroundings } from './open-upload.ts'
import { problem } from './problem.ts'
import type { EndReason, FileRecord, OwnedFile, Recovered, Storage, UploadRecord } from './storage.ts'
import type { UploadLimits } from './upload-limits.ts'
import type { Found, UploadRegistry } from './upload-registry.ts'

const MOST_TOMBSTONES = 10_000

/** The uploads of a storage that is this server's alone: they are remembered here, from one restart to the next. */
export class ExclusiveRegistry implements UploadRegistry {
  readonly #keys: KnownKeys = new KnownKeys()
  readonly #storage: Storage
  readonly #limits: UploadLimits
  readonly #around: UploadSurroundings
  readonly #open = new Map<string, OpenUpload>()
  readonly #countByOwner = new Map<string | undefined, number>()
  #count = 0
  readonly #ended: BoundedMap<string, { readonly reason: EndReason; readonly owner: string | undefined }> =
    new BoundedMap(MOST_TOMBSTONES)

  constructor(storage: Storage, limits: UploadLimits, around: Omit<UploadSurroundings, 'expiresAfterMs'>) {
    this.#storage = storage
    this.#limits = limits
    const onPublished = async (file: FileRecord): Promise<void> => {
      const upload = this.#open.get(file.id)
      this.#keys.add('file', file)
      if (upload) this.#forget(upload)
      await around.onPublished(file)
    }
    this.#around = { ...around, onPublished, expiresAfterMs: limits.expiresAfterMs }
  }

  async start(): Promise<readonly FileRecord[]> {
    const recovered = await this.#storage.start({ rememberSince: this.#around.clock.now() - KEY_LIFE_MS })
    this.#restore(recovered)
    return recovered.publishedNow
  }

  async find(id: string, access: Access): Promise<Found> {
    const upload = this.#open.get(id)
    if (upload?.isExpired) await this.end(upload, 'upload-expired')
    const open = this.#open.get(id)
    if (open && isWithinReach(open.record.owner, access)) return { upload: open }
    const file = open ? undefined : await this.#storage.file(id)
    if (file && isWithinReach(file.owner, access)) return { file }
    const ended = this.#ended.get(id)
    if (ended && isWithinReach(ended.owner, access)) throw problem(ended.reason)
    throw problem('upload-not-found')
  }

  async findByKey(owner: string | undefined, key: string): Promise<Found | undefined> {
    const use = this.#keys.get(keyName(owner, key))
    if (!use) return undefined
    const upload = this.#open.get(use.id)
    if (upload?.isExpired) await this.end(upload, 'upload-expired')
    else if (upload) return { upload }
    const file = await this.#storage.file(use.id)
    if (file) return { file }
    this.#keys.delete(use)
    return undefined
  }

  async create(record: UploadRecord): Promise<OpenUpload> {
    const { owner } = record
    if (this.#isFull(owner)) await this.sweep()
    if (this.#isFull(owner)) throw problem('too-many-uploads')
    this.#reserve(owner, 1)
    try {
      const store = await this.#storage.create(record, 'journaled')
      const upload = new OpenUpload(record, store, this.#around, record.createdAt)
      this.#add(upload)
      return upload
    } catch (error) {
      this.#reserve(owner, -1)
      throw error
    }
  }

  async withTransient<T>(record: UploadRecord, work: (upload: OpenUpload) => Promise<T>): Promise<T> {
    const store = await this.#storage.create(record, 'transient')
    const upload = new OpenUpload(record, store, this.#around, record.createdAt)
    try {
      return await work(upload)
    } catch (error) {
      await upload.end('upload-aborted')
      throw error
    }
  }

  async publishCopy(file: OwnedFile): Promise<FileRecord | undefined> {
    const published = await this.#storage.publishCopy(file)
    if (published) await this.#around.onPublished(published)
    return published
  }

  async end(upload: OpenUpload, reason: EndReason): Promise<FileRecord | undefined> {
    const file = await upload.end(reason)
    if (file || !this.#open.has(upload.record.id)) return file
    this.#keys.delete(upload.record)
    this.#ended.set(upload.record.id, { reason, owner: upload.record.owner })
    this.#forget(upload)
    return undefined
  }

  async sweep(): Promise<number> {
    this.#keys.sweep(this.#around.clock.now() - KEY_LIFE_MS)
    const expired = [...this.#open.values()].filter((upload) => upload.isExpired)
    const ends = await Promise.allSettled(expired.map((upload) => this.end(upload, 'upload-expired')))
    for (const end of ends) if (end.status === 'rejected') throw end.reason
    return expired.length
  }

  freeKey(file: FileRecord): void {
    this.#keys.delete(file)
  }

  #restore({ uploads, recentFiles }: Recovered): void {
    for (const { record, store, landed, lastActiveAt } of uploads) {
      const upload = new OpenUpload(record, store, this.#around, lastActiveAt)
      upload.restore(landed)
      this.#add(upload)
      this.#reserve(record.owner, 1)
    }
    for (const file of recentFiles) this.#keys.add('file', file)
  }

  #add(upload: OpenUpload): void {
    this.#open.set(upload.record.id, upload)
    this.#keys.add('open', upload.record)
  }

  #forget({ record: { id, owner } }: OpenUpload): void {
    if (this.#open.delete(id)) this.#reserve(owner, -1)
  }

  #isFull(owner: string | undefined): boolean {
    const { maxOpenUploads, maxOpenUploadsPerOwner } = this.#limits
    if (this.#count >= maxOpenUploads) return true
    // Without an owner it is anybody's, and there is nobody to hold it against.
    return owner !== undefined && (this.#countByOwner.get(owner) ?? 0) >= maxOpenUploadsPerOwner
  }

  #reserve(owner: string | undefined, more: number): void {
    this.#count += more
    const count = (this.#countByOwner.get(owner) ?? 0) + more
    if (count === 0) this.#countByOwner.delete(owner)
    else this.#countByOwner.set(owner, count)
  }
}
