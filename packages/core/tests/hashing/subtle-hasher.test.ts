import { createHash } from 'node:crypto'
import { openAsBlob } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { subtleHasher } from '../../src/hashing/subtle-hasher.ts'
import { systemClock } from '../../src/platform/system-clock.ts'
import type { Hasher } from '../../src/ports/hasher.ts'

const { signal } = new AbortController()

function hasher(): Hasher {
  const made = subtleHasher(systemClock)
  if (!made) throw new Error('No crypto.subtle here')
  return made
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

describe('subtleHasher', () => {
  it.each(['', 'a', 'Grüße', 'x'.repeat(100_000)])('agrees with node:crypto', async (text) => {
    expect(await hasher().sha256(new Blob([text]), signal)).toBe(sha256(text))
  })

  it('digests many at once, each for its own caller', async () => {
    const one = hasher()
    const texts = Array.from({ length: 50 }, (_, index) => `text ${index}`)
    expect(await Promise.all(texts.map((text) => one.sha256(new Blob([text]), signal)))).toEqual(
      texts.map(sha256),
    )
  })

  it('makes the root of the raw digests, in order', async () => {
    const digests = [sha256('a'), sha256('b')]
    const raw = Buffer.from(digests.join(''), 'hex')
    expect(await hasher().root(digests)).toBe(createHash('sha256').update(raw).digest('hex'))
  })

  it('stops where it is told to, before and while it works', async () => {
    const one = hasher()
    const controller = new AbortController()
    const jobs = Array.from({ length: 20 }, () =>
      one.sha256(new Blob(['x'.repeat(10_000)]), controller.signal),
    )
    controller.abort()
    const codes = await Promise.all(
      jobs.map((job) =>
        job.then(
          () => 'digested',
          (error) => error.code,
        ),
      ),
    )
    expect(new Set(codes)).toEqual(new Set(['aborted']))
    await expect(one.sha256(new Blob(['a']), controller.signal)).rejects.toMatchObject({ code: 'aborted' })
    expect(await one.sha256(new Blob(['a']), signal)).toBe(sha256('a'))
  })

  it('says that a file changed under it, and goes on with the next', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'lading-hash-'))
    const path = join(dir, 'file')
    await writeFile(path, 'before')
    const file = await openAsBlob(path)
    await writeFile(path, 'after, and longer')
    const one = hasher()
    await expect(one.sha256(file, signal)).rejects.toMatchObject({ code: 'file-changed' })
    expect(await one.sha256(new Blob(['a']), signal)).toBe(sha256('a'))
    await rm(dir, { recursive: true })
  })
})
