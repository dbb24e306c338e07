import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { hasMessageDigest, messageDigest } from '../../src/hashing.ts'

describe('the digest of a message', () => {
  it.each([
    ['SHA-1', 'sha1'],
    ['SHA-256', 'sha256'],
    ['SHA-384', 'sha384'],
    ['SHA-512', 'sha512'],
  ] as const)('is what Node says it is, by %s', async (algorithm, name) => {
    const bytes = new Uint8Array(randomBytes(100_000))
    expect(hasMessageDigest()).toBe(true)
    expect(await messageDigest(new Blob([bytes]), algorithm)).toBe(
      createHash(name).update(bytes).digest('base64'),
    )
  })

  it('fails as the file does that cannot be read', async () => {
    const broken = new Blob(['content'])
    broken.arrayBuffer = () => Promise.reject(new DOMException('changed', 'NotReadableError'))
    await expect(messageDigest(broken, 'SHA-1')).rejects.toMatchObject({ code: 'file-changed' })
  })
})
