/**
 * The file system under the disk storage: just what durability needs, so that a simulated disk can stand in.
 * Errors have the `code`s of Node's (`ENOENT`, `EEXIST`, `ENOSPC`, …).
 */
export interface DiskFs {
  /** Creates a folder and those above it; nothing if it is there. */
  mkdir(path: string): Promise<void>
  /** Names in a folder. */
  readdir(path: string): Promise<string[]>
  /** `create` makes a new, empty file; `update` opens one that is there. */
  open(path: string, mode: 'create' | 'update' | 'read'): Promise<DiskFile>
  /** Moves a file or a folder; replaces nothing. */
  rename(from: string, to: string): Promise<void>
  /** Gives a file another name, such that removing either leaves the other: a hard link. */
  link(from: string, to: string): Promise<void>
  /** Removes a file. */
  unlink(path: string): Promise<void>
  /** Removes a file or a folder with all it holds; nothing if it is not there. */
  removeTree(path: string): Promise<void>
  /** Makes what was created, renamed and removed in a folder durable. */
  syncDir(path: string): Promise<void>
  /** Takes a folder for this process alone; the answer lets go of it. */
  lock(path: string): Promise<() => Promise<void>>
}

/** An open file. */
export interface DiskFile {
  /** Writes all of the pieces, one after another. */
  pwrite(pieces: readonly Uint8Array[], position: number): Promise<void>
  /** Reads up to the length of `into`; the answer is how many bytes came, 0 at the end. */
  pread(into: Uint8Array, position: number): Promise<number>
  size(): Promise<number>
  truncate(length: number): Promise<void>
  /** Makes the bytes durable, and what is needed to find them. */
  fdatasync(): Promise<void>
  close(): Promise<void>
}

/** Whether an error of a file system has one of these codes. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code))
}

/** Reads a whole small file; undefined if it is not there. */
export async function readWhole(fs: DiskFs, path: string): Promise<Buffer | undefined> {
  let file: DiskFile
  try {
    file = await fs.open(path, 'read')
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined
    throw error
  }
  try {
    const whole = Buffer.alloc(await file.size())
    let length = 0
    while (length < whole.length) {
      const count = await file.pread(whole.subarray(length), length)
      if (count === 0) break
      length += count
    }
    return whole.subarray(0, length)
  } finally {
    await file.close()
  }
}
