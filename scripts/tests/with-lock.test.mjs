import { spawn } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { withLock } from '../bootstrap/with-lock.mjs'

const module = fileURLToPath(new URL('../bootstrap/with-lock.mjs', import.meta.url))
/** @type {string} */
let root
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lading-lock-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

/** A process that logs when it enters and leaves the locked section. @returns {Promise<number | null>} */
function contender() {
  const script = `
    import { appendFileSync } from 'node:fs'
    import { setTimeout as sleep } from 'node:timers/promises'
    import { withLock } from ${JSON.stringify(module)}
    await withLock(${JSON.stringify(join(root, 'lock'))}, async () => {
      appendFileSync(${JSON.stringify(join(root, 'log'))}, 'in\\n')
      await sleep(30)
      appendFileSync(${JSON.stringify(join(root, 'log'))}, 'out\\n')
    })`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  return new Promise((resolve) => child.once('close', resolve))
}

/** @param {string} owner */
function leaveLockOf(owner) {
  mkdirSync(join(root, 'lock'))
  writeFileSync(join(root, 'lock', owner), '')
}

/** A process id that was alive a moment ago and is not any more. @returns {Promise<number>} */
async function deadPid() {
  const child = spawn(process.execPath, ['-e', ''])
  await new Promise((resolve) => child.once('close', resolve))
  return child.pid ?? 0
}

describe('withLock', () => {
  it('lets one process in at a time, also when all meet the lock of a dead one', async () => {
    leaveLockOf(`${hostname()}.${await deadPid()}.abc`)
    expect(await Promise.all(Array.from({ length: 5 }, contender))).toEqual([0, 0, 0, 0, 0])
    expect(readFileSync(join(root, 'log'), 'utf8')).toBe('in\nout\n'.repeat(5))
    expect(readdirSync(root)).toEqual(['log'])
  })

  it('waits for an owner that is alive, and names it', async () => {
    leaveLockOf(`${hostname()}.${process.pid}.abc`)
    /** @type {string[]} */
    const owners = []
    const onWait = (/** @type {string} */ owner) => {
      owners.push(owner)
      rmSync(join(root, 'lock'), { recursive: true })
    }
    expect(await withLock(join(root, 'lock'), async () => 'done', { onWait })).toBe('done')
    expect(owners).toEqual([`${hostname()}.${process.pid}.abc`])
  })

  it('takes over from another machine only when its heartbeat has stopped', async () => {
    leaveLockOf('elsewhere.1.abc')
    const longAgo = new Date(Date.now() - 120_000)
    utimesSync(join(root, 'lock', 'elsewhere.1.abc'), longAgo, longAgo)
    let waited = false
    await withLock(
      join(root, 'lock'),
      async () => expect(existsSync(join(root, 'lock', 'elsewhere.1.abc'))).toBe(false),
      {
        onWait: () => {
          waited = true
        },
      },
    )
    expect(waited).toBe(false)
  })

  it('lets go when the work throws', async () => {
    await expect(withLock(join(root, 'lock'), () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(existsSync(join(root, 'lock'))).toBe(false)
  })
})
