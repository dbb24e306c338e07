import { afterEach, describe, expect, it, vi } from 'vitest'
import { virtualClock } from '../../../test-kit/src/simulation/virtual-clock.ts'
import { subtleHasher } from '../../src/hashing/subtle-hasher.ts'
import type { Hasher } from '../../src/index.ts'

const never = new AbortController().signal
const RealWorker = Worker

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

const randomBytes = (size: number): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(size)
  for (let at = 0; at < size; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536))
  return bytes
}

function hasherOf(clock = virtualClock()): Hasher {
  const hasher = subtleHasher(clock)
  if (!hasher) throw new Error('No crypto.subtle here')
  return hasher
}

/** Counts the workers that are started and ended, and what they are given to do. */
function countWorkers() {
  const counts = { started: 0, ended: 0, jobs: 0 }
  class CountedWorker extends RealWorker {
    constructor(url: string | URL) {
      super(url)
      counts.started++
    }
    override postMessage(message: unknown): void {
      counts.jobs++
      super.postMessage(message)
    }
    override terminate(): void {
      counts.ended++
      super.terminate()
    }
  }
  vi.stubGlobal('Worker', CountedWorker)
  return counts
}

afterEach(() => void vi.unstubAllGlobals())

describe('the SHA-256 hasher in a browser', () => {
  it('digests in two workers, as the page would', async () => {
    const counts = countWorkers()
    const hasher = hasherOf()
    const contents = [0, 1, 1000, 300_000, 3_000_000].map(randomBytes)
    const digests = await Promise.all(contents.map((bytes) => hasher.sha256(new Blob([bytes]), never)))
    expect(digests).toEqual(await Promise.all(contents.map(sha256)))
    expect(counts).toEqual({ started: 2, ended: 0, jobs: 5 })
  })

  it('lets its workers go when nothing was asked for a while, and starts others then', async () => {
    const counts = countWorkers()
    const clock = virtualClock()
    const hasher = hasherOf(clock)
    await hasher.sha256(new Blob(['a']), never)
    await clock.advance(9000)
    await hasher.sha256(new Blob(['b']), never)
    await clock.advance(9000)
    expect(counts.ended).toBe(0)
    await clock.advance(1000)
    expect(counts).toMatchObject({ started: 2, ended: 2 })
    expect(clock.pending()).toBe(0)
    await hasher.sha256(new Blob(['c']), never)
    expect(counts.started).toBe(4)
  })

  it('digests on the page where a policy forbids workers', async () => {
    const frame = document.createElement('iframe')
    frame.srcdoc = `<meta http-equiv="Content-Security-Policy" content="worker-src 'none'">`
    const loaded = new Promise((resolve) => frame.addEventListener('load', resolve))
    document.body.append(frame)
    await loaded
    const { Worker: ForbiddenWorker } = frame.contentWindow as Window & typeof globalThis
    let started = 0
    vi.stubGlobal(
      'Worker',
      class extends ForbiddenWorker {
        constructor(url: string | URL) {
          started++
          super(url)
        }
      },
    )
    const hasher = hasherOf()
    const contents = [1, 2, 3, 4, 5, 6].map((size) => randomBytes(size * 1000))
    const digests = await Promise.all(contents.map((bytes) => hasher.sha256(new Blob([bytes]), never)))
    expect(digests).toEqual(await Promise.all(contents.map(sha256)))
    expect(started).toBeGreaterThan(0)
    frame.remove()
  })

  it.each([
    ['throw', 'a worker cannot be made'],
    ['die', 'a worker dies'],
  ])('digests on the page where workers %s', async (how) => {
    vi.stubGlobal(
      'Worker',
      class extends RealWorker {
        constructor(url: string | URL) {
          if (how === 'throw') throw new Error('Not here')
          super(url)
        }
        override postMessage(): void {
          this.dispatchEvent(new ErrorEvent('error', { cancelable: true }))
        }
      },
    )
    const bytes = randomBytes(1000)
    expect(await hasherOf().sha256(new Blob([bytes]), never)).toBe(await sha256(bytes))
  })

  it('is called off while a worker reads, and is of use afterwards', async () => {
    const hasher = hasherOf()
    const controller = new AbortController()
    const big = new Blob([randomBytes(20_000_000)])
    const results = Promise.allSettled([1, 2, 3, 4, 5, 6].map(() => hasher.sha256(big, controller.signal)))
    controller.abort()
    for (const result of await results) {
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'aborted' } })
    }
    const bytes = randomBytes(100)
    expect(await hasher.sha256(new Blob([bytes]), never)).toBe(await sha256(bytes))
  })

  describe('with files on disk', () => {
    async function fileOnDisk(name: string) {
      const root = await navigator.storage.getDirectory()
      const handle = await root.getFileHandle(name, { create: true })
      const write = async (bytes: Uint8Array<ArrayBuffer>): Promise<void> => {
        const writable = await handle.createWritable()
        await writable.write(bytes)
        await writable.close()
      }
      await write(randomBytes(1000))
      return { file: await handle.getFile(), write, remove: () => root.removeEntry(name) }
    }

    it('says that a file changed', async () => {
      const { file, write } = await fileOnDisk('changed')
      await write(randomBytes(2000))
      await expect(hasherOf().sha256(file, never)).rejects.toMatchObject({ code: 'file-changed' })
    })

    it('says that a file is gone', async () => {
      const { file, remove } = await fileOnDisk('gone')
      await remove()
      await expect(hasherOf().sha256(file, never)).rejects.toMatchObject({
        code: expect.stringMatching(/^file-(changed|unreadable)$/),
      })
    })
  })
})
