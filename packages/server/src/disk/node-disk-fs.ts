import * as nodeFs from 'node:fs'
import { link, mkdir, readdir, rename, rm, unlink } from 'node:fs/promises'
import { promisify } from 'node:util'
import type { DiskFile, DiskFs } from './disk-fs.ts'
import { hasCode } from './disk-fs.ts'
import { lockFolder } from './lock-folder.ts'

// Plain descriptors instead of FileHandles: one promise a call, and no finaliser that closes behind our back.
const open = promisify(nodeFs.open)
const close = promisify(nodeFs.close)
const fstat = promisify(nodeFs.fstat)
const ftruncate = promisify(nodeFs.ftruncate)
const fdatasync = promisify(nodeFs.fdatasync)
const fsync = promisify(nodeFs.fsync)
const FLAGS = { create: 'wx+', update: 'r+', read: 'r' } as const
// The most buffers one writev takes (IOV_MAX on every system Node runs on).
const MOST_PIECES = 1024

/** The real file system. */
export const nodeDiskFs: DiskFs = {
  mkdir: async (path) => {
    await mkdir(path, { recursive: true, mode: 0o700 })
  },
  readdir: (path) => readdir(path),
  open: async (path, mode) => new NodeDiskFile(await open(path, FLAGS[mode], 0o600)),
  rename,
  link,
  unlink,
  removeTree: (path) => rm(path, { recursive: true, force: true, maxRetries: 3 }),
  syncDir,
  lock: lockFolder,
}

async function syncDir(path: string): Promise<void> {
  let folder: number
  try {
    folder = await open(path, 'r')
  } catch (error) {
    // Windows opens no folders, and needs no sync of them.
    if (process.platform === 'win32' && hasCode(error, 'EISDIR', 'EPERM', 'EACCES')) return
    throw error
  }
  try {
    await fsync(folder)
  } catch (error) {
    if (process.platform !== 'win32') throw error
  } finally {
    await close(folder)
  }
}

class NodeDiskFile implements DiskFile {
  readonly #fd: number

  constructor(fd: number) {
    this.#fd = fd
  }

  async pwrite(pieces: readonly Uint8Array[], position: number): Promise<void> {
    let at = position
    let rest = pieces
    while (rest.length > 0) {
      const written = await writeSome(this.#fd, rest.slice(0, MOST_PIECES), at)
      at += written
      rest = skip(rest, written)
    }
  }

  pread(into: Uint8Array, position: number): Promise<number> {
    return new Promise((resolve, reject) => {
      nodeFs.read(this.#fd, into, 0, into.byteLength, position, (error, count) =>
        error ? reject(error) : resolve(count),
      )
    })
  }

  async size(): Promise<number> {
    return (await fstat(this.#fd)).size
  }

  truncate(length: number): Promise<void> {
    return ftruncate(this.#fd, length)
  }

  fdatasync(): Promise<void> {
    return fdatasync(this.#fd)
  }

  close(): Promise<void> {
    return close(this.#fd)
  }
}

function writeSome(fd: number, pieces: readonly Uint8Array[], position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    nodeFs.writev(fd, pieces, position, (error, count) => (error ? reject(error) : resolve(count)))
  })
}

function skip(pieces: readonly Uint8Array[], count: number): readonly Uint8Array[] {
  let rest = count
  for (const [index, piece] of pieces.entries()) {
    if (rest < piece.byteLength) return [piece.subarray(rest), ...pieces.slice(index + 1)]
    rest -= piece.byteLength
  }
  return []
}
