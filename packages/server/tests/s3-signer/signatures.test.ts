import { HeadObjectCommand, ListMultipartUploadsCommand, ListPartsCommand } from '@aws-sdk/client-s3'
import { describe, expect, it } from 'vitest'
import type { WireSigned } from '../../src/s3.ts'
import {
  create,
  describeFile,
  mebibyte,
  newBucket,
  noise,
  noStore,
  put,
  sha256,
  signerOf,
  storeClient,
} from './support.ts'

async function isThere(bucket: string, key: string): Promise<boolean> {
  return storeClient()
    .send(new HeadObjectCommand({ Bucket: bucket, Key: key }))
    .then(
      () => true,
      () => false,
    )
}

async function partsOf(bucket: string, key: string): Promise<number> {
  const { Uploads = [] } = await storeClient().send(new ListMultipartUploadsCommand({ Bucket: bucket }))
  const upload = Uploads.find(({ Key }) => Key === key)
  const place = { Bucket: bucket, Key: key, UploadId: upload?.UploadId }
  return (await storeClient().send(new ListPartsCommand(place))).Parts?.length ?? 0
}

describe.skipIf(noStore)('what is signed for a file of one part', () => {
  const bytes = noise(1000)

  it('is taken with these bytes and this type, and marked', async () => {
    const bucket = await newBucket()
    const { ask } = signerOf({ bucket })
    const { key, signed } = await create(ask, describeFile(1000), sha256(bytes))
    if (!signed) throw new Error('Nothing was signed')
    expect((await put(signed, bytes)).status).toBe(200)
    const head = await storeClient().send(new HeadObjectCommand({ Bucket: bucket, Key: key }))
    expect(head).toMatchObject({ ContentLength: 1000, ContentType: 'image/jpeg' })
    expect(Object.keys(head.Metadata ?? {})).toEqual(['lading-sha256', 'lading-upload'])
  })

  it.each<[string, Uint8Array, Record<string, string>]>([
    ['more bytes', noise(1001), {}],
    ['fewer bytes', noise(999), {}],
    ['other bytes', noise(1000), {}],
    ['another type', bytes, { 'content-type': 'text/html' }],
    ['another digest', bytes, { 'x-amz-content-sha256': sha256(noise(1)) }],
    ['no digest', bytes, { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }],
    ['another mark', bytes, { 'x-amz-meta-lading-upload': 'mine' }],
  ])('is refused by the store with %s, and nothing is kept', async (_what, body, changed) => {
    const bucket = await newBucket()
    const { ask } = signerOf({ bucket })
    const { key, signed } = await create(ask, describeFile(1000), sha256(bytes))
    if (!signed) throw new Error('Nothing was signed')
    const response = await put(signed, body, changed)
    expect([400, 403]).toContain(response.status)
    expect(await isThere(bucket, key)).toBe(false)
  })

  it('cannot be used for another key', async () => {
    const bucket = await newBucket()
    const { ask } = signerOf({ bucket })
    const { key, signed } = await create(ask, describeFile(1000), sha256(bytes))
    if (!signed) throw new Error('Nothing was signed')
    const response = await put({ ...signed, url: signed.url.replace(key, 'elsewhere') }, bytes)
    expect(response.status).toBe(403)
    expect(await isThere(bucket, 'elsewhere')).toBe(false)
  })

  it('expires', async () => {
    const { ask } = signerOf({ bucket: await newBucket(), expiresInSeconds: 1 })
    const { signed } = await create(ask, describeFile(1000), sha256(bytes))
    if (!signed) throw new Error('Nothing was signed')
    expect(new URL(signed.url).searchParams.get('X-Amz-Expires')).toBe('1')
    await expect.poll(async () => (await put(signed, bytes)).status, { timeout: 10_000 }).toBe(403)
  })

  it('carries what the app gives objects, so that nobody can leave it out', async () => {
    const bucket = await newBucket()
    const { ask } = signerOf({
      bucket,
      objectParameters: ({ name }) => ({
        CacheControl: 'max-age=60',
        ContentDisposition: `attachment; filename="${name}"`,
        Metadata: { album: 'summer' },
      }),
    })
    const { key, signed } = await create(ask, describeFile(1000), sha256(bytes))
    if (!signed) throw new Error('Nothing was signed')
    expect((await put(signed, bytes, { 'cache-control': 'no-store' })).status).toBe(403)
    expect((await put(signed, bytes)).status).toBe(200)
    expect(await storeClient().send(new HeadObjectCommand({ Bucket: bucket, Key: key }))).toMatchObject({
      CacheControl: 'max-age=60',
      ContentDisposition: 'attachment; filename="holiday.jpg"',
      Metadata: { album: 'summer' },
    })
  })
})

describe.skipIf(noStore)('what is signed for parts', () => {
  const bytes = noise(5 * mebibyte)

  it('comes several at once, each for its own bytes', async () => {
    const bucket = await newBucket()
    const { ask } = signerOf({ bucket })
    const { key, token } = await create(ask, describeFile(12 * mebibyte))
    const rest = noise(2 * mebibyte)
    const parts = [bytes, bytes, rest].map((part, index) => ({
      number: index + 1,
      size: part.length,
      sha256: sha256(part),
    }))
    const { body } = await ask('/sign', { token, parts })
    const [first, second, third] = body['signed'] as WireSigned[]
    if (!first || !second || !third) throw new Error('Not all were signed')
    expect((await put(first, noise(5 * mebibyte))).status).toBe(400)
    expect((await put(second, bytes.subarray(1))).status).toBe(403)
    expect(await partsOf(bucket, key)).toBe(0)
    for (const [signed, part] of [
      [first, bytes],
      [second, bytes],
      [third, rest],
    ] as const) {
      expect((await put(signed, part)).status).toBe(200)
    }
    expect(await partsOf(bucket, key)).toBe(3)
  })

  it.each([
    ['a part past the end', { number: 4, size: mebibyte }],
    ['a part that is too long', { number: 3, size: 2 * mebibyte + 1 }],
    ['a part that is too short', { number: 1, size: 4 * mebibyte }],
  ])('is not given for %s', async (_what, part) => {
    const { ask } = signerOf({ bucket: await newBucket() })
    const { token } = await create(ask, describeFile(12 * mebibyte))
    const { status, body } = await ask('/sign', { token, parts: [{ ...part, sha256: sha256(bytes) }] })
    expect([status, body['code']]).toEqual([400, 'part-mismatch'])
  })

  it('is not given without a digest, unless the signer wants none', async () => {
    const bucket = await newBucket()
    const part = { number: 1, size: 5 * mebibyte }
    for (const [checksum, expected] of [
      ['auto', 400],
      [false, 200],
    ] as const) {
      const { ask } = signerOf({ bucket, checksum })
      const { token } = await create(ask, describeFile(12 * mebibyte))
      expect((await ask('/sign', { token, parts: [part] })).status).toBe(expected)
    }
  })
})
