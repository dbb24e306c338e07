import { describe, expect, it } from 'vitest'
import { storeProxy } from './support/proxy.ts'
import { randomFile, sha256, signing, uploaderTo } from './support/signing.ts'
import { bytesOf, contentsOf, noStore } from './support/store.ts'

const mebibyte = 1024 * 1024

describe.skipIf(noStore)('s3 on a real store', () => {
  it.each([
    ['nothing, which the signer does', 0, 0],
    ['one byte', 1, 1],
    ['as much as one PUT takes', mebibyte, 1],
    ['a byte more', mebibyte + 1, 1],
    ['two parts', 10 * mebibyte, 2],
    ['three parts and a rest', 15 * mebibyte + 7, 4],
  ])('stores %s, with name, type and a typed result', async (_what, size, puts) => {
    const proxy = await storeProxy()
    const { endpoint, bucket, asked } = await signing({}, proxy.origin)
    const file = randomFile(size, 'holiday photo.JPG', 'image/jpeg')
    const { settled } = await uploaderTo(endpoint).add(file)
    const [outcome] = await settled
    expect(outcome).toMatchObject({ how: 'uploaded', result: { size, type: 'image/jpeg' } })
    if (outcome?.how !== 'uploaded') throw new Error('not uploaded')
    const { key, url, etag } = outcome.result
    expect(key).toMatch(/^[0-9a-f]{32}\.jpg$/)
    expect(url).toBe(`${proxy.origin}/${bucket}/${key}`)
    expect(etag).toMatch(puts > 1 ? /^[0-9a-f]{32}-\d+$/ : /^[0-9a-f]{32}$/)
    expect(await sha256(await bytesOf(bucket, key))).toBe(await sha256(file))
    expect(proxy.puts()).toHaveLength(puts)
    expect(await contentsOf(bucket)).toEqual({ keys: [key], unfinished: [] })
    // one PUT costs one question, parts one each and two around them
    expect(asked).toHaveLength(puts > 1 ? puts + 2 : 1)
  })
})
