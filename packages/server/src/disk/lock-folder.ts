import { link, readFile, realpath, rename, stat, unlink, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { systemClock, systemRandom } from '../node-ports.ts'
import { hasCode } from './disk-fs.ts'

/** Who holds a folder. `startedAt` tells a process from a later one with the same pid, where the system says. */
interface Holder {
  readonly token: string
  readonly pid: number
  readonly host: string
  readonly startedAt: string | null
}

const BEAT_MS = 10_000
const DEAD_AFTER_MS = 35_000
const heldHere = new Set<string>()

/**
 * Takes a folder for this process alone, by a file `lock` in it; the answer lets go of it.
 * A lock whose process has ended is taken over. Of another machine (or container) only the heartbeat can be seen,
 * so its lock is taken over once that has stopped for 35 seconds.
 */
export async function lockFolder(path: string): Promise<() => Promise<void>> {
  const folder = await realpath(path)
  if (heldHere.has(folder)) throw new Error(`The folder ${path} is already open in this process`)
  heldHere.add(folder)
  try {
    const stop = await takeLock(folder, join(folder, 'lock'))
    return async () => {
      await stop()
      heldHere.delete(folder)
    }
  } catch (error) {
    heldHere.delete(folder)
    throw error
  }
}

async function takeLock(folder: string, lock: string): Promise<() => Promise<void>> {
  const { pid } = process
  const token = newToken()
  const holder: Holder = { token, pid, host: hostname(), startedAt: await processStart(pid) }
  const own = join(folder, `lock.${token}`)
  await writeFile(own, JSON.stringify(holder), { flag: 'wx', mode: 0o600 })
  try {
    await linkOver(folder, own, lock)
  } finally {
    await unlink(own)
  }
  const stopBeating = beat(lock)
  return async () => {
    stopBeating()
    if ((await readHolder(lock))?.token === token) await unlink(lock)
  }
}

/** A link appears whole or not at all, so nobody ever reads a lock that is half written. */
async function linkOver(folder: string, own: string, lock: string): Promise<void> {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    try {
      return await link(own, lock)
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error
    }
    const holder = await readHolder(lock)
    if (holder && (await isAlive(holder, lock))) {
      throw new Error(
        `The folder ${folder} is in use by another server (process ${holder.pid} on ${holder.host})`,
      )
    }
    await removeStale(folder, lock, holder)
  }
  throw new Error(`The folder ${folder} is being opened by another server`)
}

/** Two servers may find the same stale lock at once: what was moved away is looked at again, and put back if new. */
async function removeStale(folder: string, lock: string, stale: Holder | undefined): Promise<void> {
  const moved = join(folder, `lock.${newToken()}`)
  try {
    await rename(lock, moved)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return
    throw error
  }
  const holder = await readHolder(moved)
  if (holder && holder.token !== stale?.token) await link(moved, lock)
  await unlink(moved)
}

async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    const holder: Holder = JSON.parse(await readFile(path, 'utf8'))
    return typeof holder?.token === 'string' && typeof holder.pid === 'number' ? holder : undefined
  } catch (error) {
    if (error instanceof SyntaxError || hasCode(error, 'ENOENT')) return undefined
    throw error
  }
}

async function isAlive(holder: Holder, lock: string): Promise<boolean> {
  if (holder.host !== hostname()) return isBeating(lock)
  try {
    process.kill(holder.pid, 0)
  } catch (error) {
    if (!hasCode(error, 'EPERM')) return false
  }
  const startedAt = await processStart(holder.pid)
  if (startedAt !== null && holder.startedAt !== null) return startedAt === holder.startedAt
  // Were it this process, `heldHere` would have said so: an equal pid is that of a former life.
  return holder.pid !== process.pid
}

async function isBeating(lock: string): Promise<boolean> {
  try {
    const { mtimeMs } = await stat(lock)
    return systemClock.now() - mtimeMs < DEAD_AFTER_MS
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false
    throw error
  }
}

/** When a process started, as Linux counts it, or that it is but a zombie; null elsewhere. */
async function processStart(pid: number): Promise<string | null> {
  try {
    const text = await readFile(`/proc/${pid}/stat`, 'utf8')
    // The second field is the name in brackets, and may hold spaces and brackets itself.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? 'zombie' : (fields[19] ?? null)
  } catch {
    return null
  }
}

function newToken(): string {
  return Buffer.from(systemRandom.bytes(16)).toString('hex')
}

function beat(lock: string): () => void {
  let stop = (): void => undefined
  const next = (): void => {
    stop = systemClock.setTimeout(() => {
      const now = new Date(systemClock.now())
      // A missed beat is no harm; the next one comes.
      utimes(lock, now, now).catch(() => undefined)
      next()
    }, BEAT_MS)
  }
  next()
  return () => stop()
}
