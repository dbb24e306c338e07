import { join } from 'node:path'
import type { FileRecord } from '../storage.ts'
import { DiskContents } from './disk-contents.ts'
import type { DiskFile, DiskFs } from './disk-fs.ts'
import { hasCode, readWhole } from './disk-fs.ts'
import { GroupCommit } from './group-commit.ts'
import { HandlePool } from './handle-pool.ts'

/**
 * Where things are on the disk:
 *
 * - `open/<id>/data`, `open/<id>/journal`: an open upload;
 * - `files/<id>/data`, `files/<id>/record.json`: a published file;
 * - `trash/<id>`: on its way out;
 * - `contents/<digest>/<id>`: says of a file what it holds.
 *
 * Publishing is one rename from `open` to `files`, removing is one to `trash`: nothing is ever half there.
 */
export class DiskLayout {
  readonly fs: DiskFs
  readonly root: string
  readonly pool: HandlePool = new HandlePool()
  readonly contents: DiskContents
  readonly #synced: Readonly<Record<Folder, GroupCommit<void>>>

  constructor(fs: DiskFs, root: string) {
    this.fs = fs
    this.root = root
    this.contents = new DiskContents(fs, join(root, 'contents'))
    const sync = (folder: Folder): GroupCommit<void> => new GroupCommit(() => fs.syncDir(join(root, folder)))
    this.#synced = { open: sync('open'), files: sync('files'), trash: sync('trash') }
  }

  /** The path of a folder, of an upload or file in it, or of one of the files of that. */
  path(folder: Folder, ...names: readonly string[]): string {
    return join(this.root, folder, ...names)
  }

  /** Makes what happened in a folder durable; one sync serves all who ask meanwhile. */
  sync(folder: Folder): Promise<void> {
    return this.#synced[folder].add()
  }

  /** Moves an upload or a file to the trash, durably, and empties that. */
  async trash(folder: 'open' | 'files', id: string): Promise<void> {
    await this.fs.rename(this.path(folder, id), this.path('trash', id))
    await this.sync(folder)
    await this.fs.removeTree(this.path('trash', id))
  }

  /** The record of a file, published or about to be; undefined if there is none, or half of one. */
  async readRecord(folder: 'open' | 'files', id: string): Promise<FileRecord | undefined> {
    const bytes = await readWhole(this.fs, this.path(folder, id, 'record.json'))
    if (!bytes) return undefined
    try {
      const record: FileRecord = JSON.parse(bytes.toString('utf8'))
      return record.id === id ? record : undefined
    } catch {
      return undefined
    }
  }

  /**
   * Turns an open upload whose bytes are durable into a file.
   * Once the record is durable a crash ends in a file; if a step fails without a crash, it is taken back.
   */
  async publish(file: FileRecord): Promise<void> {
    const { id } = file
    const record = this.path('open', id, 'record.json')
    try {
      await this.#writeRecord(record, file)
      await this.fs.syncDir(this.path('open', id))
      await this.fs.rename(this.path('open', id), this.path('files', id))
    } catch (error) {
      await this.fs.unlink(record).catch(() => undefined)
      throw error
    }
    try {
      await this.sync('files')
    } catch (error) {
      await this.fs.rename(this.path('files', id), this.path('open', id))
      await this.fs.unlink(record).catch(() => undefined)
      throw error
    }
    await this.contents.note(file)
  }

  async #writeRecord(path: string, file: FileRecord): Promise<void> {
    const handle = await this.#createAnew(path)
    try {
      await handle.pwrite([Buffer.from(JSON.stringify(file))], 0)
      await handle.fdatasync()
    } finally {
      await handle.close()
    }
  }

  async #createAnew(path: string): Promise<DiskFile> {
    try {
      return await this.fs.open(path, 'create')
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error
    }
    // An earlier attempt could not even be taken back.
    await this.fs.unlink(path)
    return this.fs.open(path, 'create')
  }
}

/** The three folders of a storage. */
export type Folder = 'open' | 'files' | 'trash'

/** Opens or creates two files, or neither. */
export async function openBoth<First extends DiskFile, Second extends DiskFile>(
  first: Promise<First>,
  second: () => Promise<Second>,
): Promise<readonly [First, Second]> {
  const one = await first
  try {
    return [one, await second()]
  } catch (error) {
    await one.close()
    throw error
  }
}
