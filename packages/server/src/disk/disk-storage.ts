import { dirname, resolve } from 'node:path'
import type { ByteRange } from '../byte-range.ts'
import type { FileRecord, OwnedFile, Recovered, Storage, UploadRecord, UploadStore } from '../storage.ts'
import { idCreatedAt, isId } from '../upload-id.ts'
import { copyFile } from './disk-copy.ts'
import { type DiskFs, hasCode } from './disk-fs.ts'
import { DiskLayout } from './disk-layout.ts'
import { createDiskUpload } from './disk-upload.ts'
import { createDiskWhole } from './disk-whole.ts'
import { nodeDiskFs } from './node-disk-fs.ts'
import { recoverUploads } from './recover-uploads.ts'

/** Options of `diskStorage`. */
export interface DiskStorageOptions {
  /** The file system underneath. @default the real one */
  readonly fs?: DiskFs
}

const READ_BYTES = 256 * 1024

/**
 * Keeps uploads and files in a folder, which is made if it is not there and belongs to one process at a time.
 * The bytes of a published file are `<dir>/files/<id>/data`.
 */
export function diskStorage(dir: string, { fs = nodeDiskFs }: DiskStorageOptions = {}): Storage {
  if (typeof dir !== 'string' || dir === '') {
    throw new TypeError(`Expected \`dir\` to be a path, got \`${String(dir)}\` (${typeof dir})`)
  }
  return new DiskStorage(fs, resolve(dir))
}

class DiskStorage implements Storage {
  readonly #fs: DiskFs
  readonly #disk: DiskLayout
  #unlock: (() => Promise<void>) | undefined

  constructor(fs: DiskFs, root: string) {
    this.#fs = fs
    this.#disk = new DiskLayout(fs, root)
  }

  async start({ rememberSince }: { readonly rememberSince: number }): Promise<Recovered> {
    const { root } = this.#disk
    await this.#fs.mkdir(root)
    this.#unlock = await this.#fs.lock(root)
    try {
      await this.#makeFolders()
      for (const name of await this.#fs.readdir(this.#disk.path('trash'))) {
        await this.#fs.removeTree(this.#disk.path('trash', name))
      }
      const { uploads, published } = await recoverUploads(this.#disk)
      return { uploads, publishedNow: published, recentFiles: await this.#recentFiles(rememberSince) }
    } catch (error) {
      await this.close()
      throw error
    }
  }

  create(record: UploadRecord, kind: 'journaled' | 'transient'): Promise<UploadStore> {
    return kind === 'journaled' ? createDiskUpload(this.#disk, record) : createDiskWhole(this.#disk, record)
  }

  async file(id: string): Promise<FileRecord | undefined> {
    return isId(id) ? this.#disk.readRecord('files', id) : undefined
  }

  async *read({ id }: FileRecord, { start, end }: ByteRange): AsyncGenerator<Uint8Array, void, undefined> {
    const file = await this.#fs.open(this.#disk.path('files', id, 'data'), 'read')
    try {
      let position = start
      while (position < end) {
        const buffer = Buffer.allocUnsafe(Math.min(READ_BYTES, end - position))
        const count = await file.pread(buffer, position)
        if (count === 0) throw new Error(`The data of file ${id} end at ${position}, not at ${end}`)
        yield buffer.subarray(0, count)
        position += count
      }
    } finally {
      await file.close()
    }
  }

  publishCopy(file: OwnedFile): Promise<FileRecord | undefined> {
    return copyFile(this.#disk, file)
  }

  async remove(file: FileRecord): Promise<boolean> {
    try {
      await this.#disk.trash('files', file.id)
      await this.#disk.contents.forget(file)
      return true
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return false
      throw error
    }
  }

  async close(): Promise<void> {
    await this.#disk.pool.closeAll()
    const unlock = this.#unlock
    this.#unlock = undefined
    await unlock?.()
  }

  async #makeFolders(): Promise<void> {
    const { root } = this.#disk
    for (const folder of ['open', 'files', 'trash'] as const) await this.#fs.mkdir(this.#disk.path(folder))
    await this.#fs.syncDir(root)
    // The folder itself may be new, and those it lies in.
    for (let folder = root; folder !== dirname(folder); folder = dirname(folder)) {
      await this.#syncForeign(dirname(folder))
    }
  }

  async #syncForeign(folder: string): Promise<void> {
    try {
      await this.#fs.syncDir(folder)
    } catch (error) {
      // What we may not read we have not made.
      if (!hasCode(error, 'EACCES', 'EPERM', 'EROFS', 'EINVAL')) throw error
    }
  }

  async #recentFiles(since: number): Promise<FileRecord[]> {
    const files: FileRecord[] = []
    for (const id of await this.#fs.readdir(this.#disk.path('files'))) {
      if (!isId(id) || idCreatedAt(id) < since) continue
      const file = await this.#disk.readRecord('files', id)
      if (file) files.push(file)
    }
    return files
  }
}
