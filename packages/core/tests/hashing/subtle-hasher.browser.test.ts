import { afterEach, describe, expect, it, vi } from 'vitest'
import { subtleHasher } from '../../src/hashing/subtle-hasher.ts'
import { systemClock } from '../../src/platform/system-clock.ts'

const { signal } = new AbortController()
const bytes = new Uint8Array(300_000).map((_, index) => index * 7)
const NativeWorker = Worker

/** The digest by the page itself: what workers must agree with. */
async function onPage(blob: Blob): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await blob.arrayBuffer()))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Puts another `Worker` in place and counts how many are made. */
function workersAre(make: (url: string | URL) => Worker): { made: number } {
  const count = { made: 0 }
  vi.stubGlobal(
    'Worker',
    class {
      constructor(url: string | URL) {
        count.made++
        // biome-ignore lint/correctness/noConstructorReturn: stands in for the real one
        return make(url)
      }
    },
  )
  return count
}

describe('subtleHasher in a browser', () => {
  afterEach(() => vi.unstubAllGlobals())

  it('digests slices of a file in two workers', async () => {
    const workers = workersAre((url) => new NativeWorker(url))
    const file = new File([bytes], 'file')
    const hasher = subtleHasher(systemClock)
    const slices = Array.from({ length: 10 }, (_, index) => file.slice(index * 30_000, (index + 1) * 30_000))
    const digests = await Promise.all(slices.map((slice) => hasher?.sha256(slice, signal)))
    expect(digests).toEqual(await Promise.all(slices.map(onPage)))
    expect(workers.made).toBe(2)
  })

  it('digests on the page where workers are forbidden', async () => {
    workersAre(() => {
      throw new DOMException('forbidden', 'SecurityError')
    })
    const blob = new Blob([bytes])
    expect(await subtleHasher(systemClock)?.sha256(blob, signal)).toBe(await onPage(blob))
  })

  it('digests on the page where a worker dies before it answers', async () => {
    workersAre(() => new NativeWorker(URL.createObjectURL(new Blob(['throw new Error("no")']))))
    const blob = new Blob([bytes])
    expect(await subtleHasher(systemClock)?.sha256(blob, signal)).toBe(await onPage(blob))
  })
})
