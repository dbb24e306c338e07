import { type Access, isWithinReach } from './access.ts'
import { KEY_LIFE_MS } from './known-keys.ts'
import { OpenUpload, type UploadSurroundings } from './open-upload.ts'
import type { ErrorReporter, Random } from './ports.ts'
import { problem } from './problem.ts'
import type { SharedFound, SharedStorage, UploadFate } from './shared-storage.ts'
import type { EndReason, FileRecord, OwnedFile, UploadRecord } from './storage.ts'
import type { UploadLimits } from './upload-limits.ts'
import type { FindScope, Found, UploadRegistry } from './upload-registry.ts'
import { UploadTraffic } from './upload-traffic.ts'

interface Surroundings extends Omit<UploadSurroundings, 'expiresAfterMs'> {
  readonly random: Random
  readonly onError: ErrorReporter
}

// What one page of a listing holds.
const MANY = 1000
const NEARLY_FULL = 0.5
const COUNT_LIFE_MS = 10_000

/**
 * The uploads of a storage that several processes share: asked for with every request, remembered by none.
 * All that is here is who is at work right now, in this process, so that a newer request can end an older one.
 */
export class SharedRegistry implements UploadRegistry {
  readonly #storage: SharedStorage
  readonly #limits: UploadLimits
  readonly #around: UploadSurroundings
  readonly #surroundings: Surroundings
  /** With one more for each upload that was made here since. */
  #counted = { count: 0, at: Number.NEGATIVE_INFINITY }
  readonly #traffic = new Map<string, WeakRef<UploadTraffic>>()
  readonly #forgotten = new FinalizationRegistry<string>((id) => {
    if (!this.#traffic.get(id)?.deref()) this.#traffic.delete(id)
  })

  constructor(storage: SharedStorage, limits: UploadLimits, around: Surroundings) {
    this.#storage = storage
    this.#limits = limits
    this.#surroundings = around
    // The storage tells of a file itself, in whichever process has made it.
    const onPublished = async (): Promise<void> => undefined
    this.#around = { ...around, onPublished, expiresAfterMs: limits.expiresAfterMs }
  }

  async start(): Promise<readonly FileRecord[]> {
    await this.#storage.start(this.#surroundings)
    return []
  }

  async find(id: string, access: Access, scope: FindScope = 'whole'): Promise<Found> {
    const found = await this.#judge(await this.#storage.find(id, scope), scope)
    if (!found || !isWithinReach(ownerOf(found), access)) throw problem('upload-not-found')
    if ('ended' in found) throw problem(found.ended)
    return found
  }

  async findByKey(owner: string | undefined, key: string): Promise<Found | undefined> {
    const found = await this.#judge(await this.#storage.findByKey(owner, key), 'whole')
    return !found || 'ended' in found ? undefined : found
  }

  async create(record: UploadRecord): Promise<OpenUpload> {
    if (await this.#isFull(record.owner)) {
      await this.sweep()
      if (await this.#isFull(record.owner)) throw problem('too-many-uploads')
    }
    const store = await this.#storage.create(record, 'journaled')
    return new OpenUpload(record, store, this.#around, record.createdAt, this.#trafficOf(record.id))
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

  publishCopy(file: OwnedFile): Promise<FileRecord | undefined> {
    return this.#storage.publishCopy(file)
  }

  end(upload: OpenUpload, reason: EndReason): Promise<FileRecord | undefined> {
    return upload.end(reason)
  }

  freeKey(): void {
    // Removing a file has freed its key already.
  }

  sweep(): Promise<number> {
    const isBusy = (id: string): boolean => (this.#traffic.get(id)?.deref()?.bodies.size ?? 0) > 0
    const { expiresAfterMs } = this.#limits
    return this.#storage.sweep({ expiresAfterMs, keyLifeMs: KEY_LIFE_MS, isBusy })
  }

  /** Only of one that is old enough to have expired everything is looked at to know whether it has. */
  async #judge(found: SharedFound | undefined, scope: FindScope): Promise<Found | UploadFate | undefined> {
    if (!found || !('record' in found)) return found
    const { record, store, look } = found
    const upload = new OpenUpload(record, store, this.#around, record.createdAt, this.#trafficOf(record.id))
    if (scope === 'whole') upload.adopt(look, 'all')
    if (!upload.isExpired) return { upload }
    const done = await upload.refresh()
    if (done) return { file: done }
    if (!upload.isExpired) return { upload }
    const file = await upload.end('upload-expired')
    return file ? { file } : { ended: 'upload-expired', owner: record.owner }
  }

  #trafficOf(id: string): UploadTraffic {
    const present = this.#traffic.get(id)?.deref()
    if (present) return present
    const traffic = new UploadTraffic()
    this.#traffic.set(id, new WeakRef(traffic))
    this.#forgotten.register(traffic, id)
    return traffic
  }

  /** How many are open. Counting takes long where there are many, so far from the limit a count is good for a while. */
  async #countOpen(most: number): Promise<number> {
    const now = this.#around.clock.now()
    const { count, at } = this.#counted
    if (count >= MANY && count < most * NEARLY_FULL && now - at < COUNT_LIFE_MS) {
      this.#counted = { count: count + 1, at }
      return count
    }
    const counted = await this.#storage.countOpen({}, most)
    this.#counted = { count: counted + 1, at: now }
    return counted
  }

  async #isFull(owner: string | undefined): Promise<boolean> {
    const { maxOpenUploads, maxOpenUploadsPerOwner } = this.#limits
    if ((await this.#countOpen(maxOpenUploads)) >= maxOpenUploads) return true
    if (owner === undefined) return false
    return (await this.#storage.countOpen({ owner }, maxOpenUploadsPerOwner)) >= maxOpenUploadsPerOwner
  }
}

function ownerOf(found: Found | { readonly owner: string | undefined }): string | undefined {
  if ('upload' in found) return found.upload.record.owner
  return 'file' in found ? found.file.owner : found.owner
}
