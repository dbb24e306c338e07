import type { FileRecord, UploadRecord, UploadStore } from '../storage.ts'
import type { DiskFile } from './disk-fs.ts'
import type { DiskLayout } from './disk-layout.ts'

/** A file that comes in one request: no journal, since before it is published there is nothing to go on with. */
export class DiskWhole implements UploadStore {
  readonly #disk: DiskLayout
  readonly #id: string
  readonly #data: DiskFile
  #isClosed = false

  constructor(disk: DiskLayout, id: string, data: DiskFile) {
    this.#disk = disk
    this.#id = id
    this.#data = data
  }

  write(offset: number, pieces: readonly Uint8Array[]): Promise<void> {
    return this.#data.pwrite(pieces, offset)
  }

  // Its only chunk lands by being published.
  async land(): Promise<void> {}

  async unland(): Promise<void> {}

  async publish(file: FileRecord): Promise<FileRecord> {
    await this.#data.fdatasync()
    await this.#close()
    await this.#disk.publish(file)
    return file
  }

  async discard(): Promise<void> {
    await this.#close()
    // No sync: what a crash brings back has no record, and is thrown away at the next start.
    await this.#disk.fs.removeTree(this.#disk.path('open', this.#id))
  }

  async #close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    await this.#data.close()
  }
}

/** Makes room for a file that comes in one request. */
export async function createDiskWhole(disk: DiskLayout, { id }: UploadRecord): Promise<DiskWhole> {
  await disk.fs.mkdir(disk.path('open', id))
  try {
    return new DiskWhole(disk, id, await disk.fs.open(disk.path('open', id, 'data'), 'create'))
  } catch (error) {
    await disk.fs.removeTree(disk.path('open', id)).catch(() => undefined)
    throw error
  }
}
