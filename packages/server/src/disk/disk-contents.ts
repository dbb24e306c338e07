import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { identityText } from '../chunk-ledger.ts'
import type { FileRecord } from '../storage.ts'
import { isId } from '../upload-id.ts'
import { type DiskFs, hasCode } from './disk-fs.ts'

type Held = Pick<FileRecord, 'id' | 'owner' | 'digest'>

/**
 * Which files of an owner have some content: `<root>/<digest of owner and identity>/<id>`, an empty file each.
 * Only a hint, never synced: a crash may lose one or leave one behind, and whoever reads it looks at the file itself.
 */
export class DiskContents {
  readonly #fs: DiskFs
  readonly #root: string

  constructor(fs: DiskFs, root: string) {
    this.#fs = fs
    this.#root = root
  }

  /** Notes what a file holds; of nobody's nothing is noted. That it cannot be noted harms nobody. */
  async note(file: Held): Promise<void> {
    const folder = this.#folder(file)
    if (folder === undefined) return
    try {
      await this.#fs.mkdir(folder)
      const entry = await this.#fs.open(join(folder, file.id), 'create')
      await entry.close()
    } catch {
      // It is sent again, then.
    }
  }

  /** The ids of files that may hold it. */
  async find(file: Held): Promise<string[]> {
    const folder = this.#folder(file)
    if (folder === undefined) return []
    try {
      return (await this.#fs.readdir(folder)).filter(isId)
    } catch (error) {
      if (hasCode(error, 'ENOENT', 'ENOTDIR')) return []
      throw error
    }
  }

  /** Drops what was noted of a file, and the folder with the last of them. */
  async forget(file: Held): Promise<void> {
    const folder = this.#folder(file)
    if (folder === undefined) return
    try {
      await this.#fs.unlink(join(folder, file.id))
      // Somebody may note one just now: that one is lost, as in a crash.
      if ((await this.#fs.readdir(folder)).length === 0) await this.#fs.removeTree(folder)
    } catch {
      // Whoever finds it finds no file.
    }
  }

  #folder({ owner, digest }: Held): string | undefined {
    if (owner === undefined) return undefined
    // In hex: some file systems do not tell cases apart.
    const name = createHash('sha256')
      .update(JSON.stringify([owner, identityText(digest)]))
      .digest('hex')
    return join(this.#root, name)
  }
}
