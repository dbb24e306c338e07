import { createHash, randomBytes } from 'node:crypto'
import { openAsBlob } from 'node:fs'
import { mkdtemp, rm, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { subtleHasher } from '../../src/hashing/subtle-hasher.ts'
import type { Hasher } from '../../src/index.ts'
import { settle, virtualClock } from '../support/simulation.ts'

const mebibyte = 1024 * 1024
const never = new AbortController().signal
const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex')

function hasherOf(clock = virtualClock()): Hasher {
  const hasher = subtleHasher(clock)
  if (!hasher) throw new Error('No crypto.subtle here')
  return hasher
}

/** A blob that is read when the test says so, and tells how many are. */
class SlowBlob extends Blob {
  static reads: SlowBlob[] = []
  /** In the order in which they were begun to be read. */
  static begun: SlowBlob[] = []
  static most = 0
  /** Of several together: one that is larger than what is bearable is read alone. */
  static mostBytes = 0
  readonly #size: number
  finish: () => void = () => {}

  constructor(size: number) {
    super([])
    this.#size = size
  }

  override get size(): number {
    return this.#size
  }

  override arrayBuffer(): Promise<ArrayBuffer> {
    SlowBlob.reads.push(this)
    SlowBlob.begun.push(this)
    SlowBlob.most = Math.max(SlowBlob.most, SlowBlob.reads.length)
    const bytes = SlowBlob.reads.reduce((sum, { size }) => sum + size, 0)
    if (SlowBlob.reads.length > 1) SlowBlob.mostBytes = Math.max(SlowBlob.mostBytes, bytes)
    return new Promise((resolve) => {
      this.finish = () => {
        SlowBlob.reads = SlowBlob.reads.filter((blob) => blob !== this)
        resolve(new ArrayBuffer(1))
      }
    })
  }

  static reset(): void {
    SlowBlob.reads = []
    SlowBlob.begun = []
    SlowBlob.most = 0
    SlowBlob.mostBytes = 0
  }
}

describe('the SHA-256 hasher in Node', () => {
  it.each([0, 1, 1000, 3 * mebibyte])('digests %i bytes as node:crypto does', async (size) => {
    const bytes = new Uint8Array(randomBytes(size))
    expect(await hasherOf().sha256(new Blob([bytes]), never)).toBe(sha256(bytes))
  })

  it('digests a slice, and the raw bytes of digests', async () => {
    const bytes = new Uint8Array(randomBytes(1000))
    const hasher = hasherOf()
    expect(await hasher.sha256(new Blob([bytes]).slice(10, 20), never)).toBe(sha256(bytes.subarray(10, 20)))
    const digests = [sha256('a'), sha256('b')]
    expect(await hasher.root(digests)).toBe(sha256(Buffer.from(digests.join(''), 'hex')))
    expect(await hasher.root([])).toBe(sha256(''))
  })

  it('leaves no timer behind', async () => {
    const clock = virtualClock()
    await hasherOf(clock).sha256(new Blob(['a']), never)
    await settle()
    expect(clock.pending()).toBe(0)
  })

  it('reads ahead a little, in order, and holds no more than is bearable', async () => {
    SlowBlob.reset()
    const hasher = hasherOf()
    const blobs = Array.from({ length: 12 }, (_, at) => new SlowBlob((1 + at) * 8 * mebibyte))
    const done = Promise.all(blobs.map((blob) => hasher.sha256(blob, never)))
    for (let left = blobs.length; left > 0; left--) {
      while (SlowBlob.reads.length === 0) await settle()
      SlowBlob.reads[0]?.finish()
    }
    await done
    // Digests that are computed beside one another end in any order.
    expect(SlowBlob.begun.map((blob) => blobs.indexOf(blob))).toEqual(blobs.map((_, at) => at))
    expect(SlowBlob.most).toBeLessThanOrEqual(4)
    expect(SlowBlob.most).toBeGreaterThan(1)
    expect(SlowBlob.mostBytes).toBeLessThanOrEqual(64 * mebibyte)
  })

  it('is called off before it begins, while it waits, and while it reads', async () => {
    SlowBlob.reset()
    const hasher = hasherOf()
    const controller = new AbortController()
    const aborted = expect.objectContaining({ code: 'aborted' })
    await expect(hasher.sha256(new Blob(), AbortSignal.abort())).rejects.toEqual(aborted)
    const blobs = Array.from({ length: 6 }, () => new SlowBlob(1))
    const results = Promise.allSettled(blobs.map((blob) => hasher.sha256(blob, controller.signal)))
    await settle()
    const reading = [...SlowBlob.reads]
    controller.abort()
    for (const { status } of await results) expect(status).toBe('rejected')
    expect(reading).toHaveLength(4)
    for (const blob of reading) blob.finish()
    await settle()
    expect(SlowBlob.reads).toEqual([])
    expect(await hasher.sha256(new Blob(['a']), never)).toBe(sha256('a'))
  })

  it.each([
    ['changed', (path: string) => writeFile(path, randomBytes(7))],
    ['is gone', (path: string) => unlink(path)],
  ])('says that the file is not what it was where it %s, and goes on with the next', async (_, spoil) => {
    const dir = await mkdtemp(join(tmpdir(), 'lading-hash-'))
    const path = join(dir, 'a')
    await writeFile(path, randomBytes(1000))
    const blob = await openAsBlob(path)
    await spoil(path)
    const hasher = hasherOf()
    await expect(hasher.sha256(blob, never)).rejects.toMatchObject({
      code: expect.stringMatching(/^file-(changed|unreadable)$/),
    })
    expect(await hasher.sha256(new Blob(['a']), never)).toBe(sha256('a'))
    await rm(dir, { recursive: true })
  })

  it('blames no file where there is too much to hold', async () => {
    const blob = Object.assign(new Blob(), {
      arrayBuffer: () => Promise.reject(new RangeError('Array buffer allocation failed')),
    })
    await expect(hasherOf().sha256(blob, never)).rejects.toMatchObject({ code: 'hash-failed' })
  })

  it('is not there without crypto.subtle', () => {
    const { crypto } = globalThis
    Object.defineProperty(globalThis, 'crypto', { value: {}, configurable: true })
    try {
      expect(subtleHasher(virtualClock())).toBeUndefined()
    } finally {
      Object.defineProperty(globalThis, 'crypto', { value: crypto, configurable: true })
    }
  })
})
