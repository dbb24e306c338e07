import { mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const heartbeatMs = 2_000
const staleAfterMs = 60_000
const pollMs = 200

/**
 * Runs `work` while holding a lock folder, so that two processes never do it at once.
 *
 * The folder is renamed into place with its owner's file already inside, so it is never seen without an owner, and
 * a dead owner's lock is taken over by renaming that file, which only one of several waiters can do.
 * @template T
 * @param {string} folder
 * @param {() => Promise<T>} work
 * @param {{ onWait?: (owner: string) => void }} [options] `onWait` is called once, when another process holds the lock.
 * @returns {Promise<T>}
 */
export async function withLock(folder, work, { onWait } = {}) {
  const owner = `${hostname()}.${process.pid}.${Math.random().toString(36).slice(2)}`
  mkdirSync(dirname(folder), { recursive: true })
  for (let waited = false; !tryAcquire(folder, owner); waited = true) {
    if (!waited) onWait?.(currentOwner(folder) ?? 'another process')
    await sleep(pollMs)
  }
  const heartbeat = setInterval(() => touch(join(folder, owner)), heartbeatMs)
  try {
    return await work()
  } finally {
    clearInterval(heartbeat)
    release(folder, owner)
  }
}

/** @param {string} folder @param {string} owner */
function tryAcquire(folder, owner) {
  const prepared = `${folder}.${owner}`
  mkdirSync(prepared)
  writeFileSync(join(prepared, owner), '')
  if (attempt(() => renameSync(prepared, folder))) return true
  rmSync(prepared, { recursive: true, force: true })
  const holder = currentOwner(folder)
  if (holder === undefined || !isStale(folder, holder)) return false
  touch(join(folder, holder)) // so that the renamed file looks fresh from its first moment
  return attempt(() => renameSync(join(folder, holder), join(folder, owner)))
}

/** @param {string} folder @param {string} owner */
function release(folder, owner) {
  if (currentOwner(folder) !== owner) return
  const discarded = `${folder}.${owner}.done`
  if (attempt(() => renameSync(folder, discarded))) rmSync(discarded, { recursive: true, force: true })
}

/** @param {string} folder @returns {string | undefined} */
function currentOwner(folder) {
  try {
    return readdirSync(folder)[0]
  } catch {
    return undefined
  }
}

/** @param {string} folder @param {string} owner */
function isStale(folder, owner) {
  const [pid] = owner.split('.').slice(-2)
  if (owner.startsWith(`${hostname()}.`) && !isAlive(Number(pid))) return true
  try {
    return Date.now() - statSync(join(folder, owner)).mtimeMs > staleAfterMs
  } catch {
    return false // gone in the meantime
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** @param {string} file */
function touch(file) {
  const now = new Date()
  attempt(() => utimesSync(file, now, now))
}

/** @param {() => void} step @returns {boolean} whether it went through */
function attempt(step) {
  try {
    step()
    return true
  } catch {
    return false
  }
}
