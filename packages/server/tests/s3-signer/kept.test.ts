import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { describe, expect, it } from 'vitest'
import {
  type Ask,
  create,
  describeFile,
  mebibyte,
  newBucket,
  noise,
  noStore,
  put,
  putPart,
  sha256,
  signerOf,
  storeClient,
} from './support.ts'

async function contentOf(bucket: string, key: string): Promise<Uint8Array> {
  const { Body } = await storeClient().send(new GetObjectCommand({ Bucket: bucket, Key: key }))
  return (await Body?.transformToByteArray()) ?? new Uint8Array()
}

async function sendParts(ask: Ask, token: string, bytes: Uint8Array): Promise<void> {
  await putPart(ask, token, 1, bytes.subarray(0, 5 * mebibyte))
  await putPart(ask, token, 2, bytes.subarray(5 * mebibyte))
}

describe.skipIf(noStore)('a file that is there', () => {
  it('is not replaced by what was signed before, and is known by its own bytes', async () => {
    const bucket = await newBucket()
    const { ask } = signerOf({ bucket })
    const [bytes, others] = [noise(1000), noise(1000)]
    const file = describeFile(1000)
    const first = await create(ask, file, sha256(bytes))
    // Asked for beforehand, so that it need not be asked for later.
    const second = await create(ask, file, sha256(others))
    if (!first.signed || !second.signed) throw new Error('Nothing was signed')
    expect((await put(first.signed, bytes)).status).toBe(200)
    expect((await put(second.signed, others)).status).toBe(412)
    expect((await put(first.signed, bytes)).status).toBe(412)
    const again = { file, again: true }
    const other = await ask('', { ...again, sha256: sha256(others) })
    expect([other.status, other.body['code']]).toEqual([409, 'already-stored'])
    const { body } = await ask('', { ...again, sha256: sha256(bytes) })
    expect(body).toMatchObject({ key: first.key, stored: { etag: expect.stringMatching(/^[\da-f]{32}$/) } })
    expect(body['signed']).toBeUndefined()
    expect(await contentOf(bucket, first.key)).toEqual(bytes)
  })

  it('in parts is not replaced by what was begun before', async () => {
    const bucket = await newBucket()
    const { ask } = signerOf({ bucket })
    const [bytes, others] = [noise(6 * mebibyte), noise(6 * mebibyte)]
    const file = describeFile(bytes.length)
    const first = await create(ask, file)
    const second = await create(ask, file)
    await sendParts(ask, first.token, bytes)
    await sendParts(ask, second.token, others)
    const done = await ask('/complete', { token: first.token })
    expect(done.status).toBe(200)
    expect((await ask('/complete', { token: second.token })).body).toEqual(done.body)
    expect(sha256(await contentOf(bucket, first.key))).toBe(sha256(bytes))
  })

  it('may be replaced where the app makes keys that are used again', async () => {
    const bucket = await newBucket()
    const { ask } = signerOf({ bucket, keyFor: () => 'avatars/ada.png' })
    const [before, after] = [noise(100), noise(100)]
    for (const bytes of [before, after]) {
      const { signed } = await create(ask, describeFile(100), sha256(bytes))
      if (!signed) throw new Error('Nothing was signed')
      expect((await put(signed, bytes)).status).toBe(200)
    }
    expect(await contentOf(bucket, 'avatars/ada.png')).toEqual(after)
  })
})

describe.skipIf(noStore)('an empty file', () => {
  it('is stored by the signer, so that no signature can be made a copy of something else', async () => {
    const bucket = await newBucket()
    const { ask } = signerOf({ bucket })
    const created = await create(ask, describeFile(0), sha256(new Uint8Array()))
    expect(created.signed).toBeUndefined()
    expect(created.stored?.etag).toBe('d41d8cd98f00b204e9800998ecf8427e')
    expect(await contentOf(bucket, created.key)).toEqual(new Uint8Array())
    expect((await ask('/complete', { token: created.token })).status).toBe(200)
  })

  it('is the only one a store would copy for: with bytes in the body it refuses', async () => {
    const bucket = await newBucket()
    await storeClient().send(
      new PutObjectCommand({ Bucket: bucket, Key: 'secret', Body: 'of somebody else' }),
    )
    const { ask } = signerOf({ bucket })
    const bytes = noise(16)
    const { signed, key } = await create(ask, describeFile(16), sha256(bytes))
    if (!signed) throw new Error('Nothing was signed')
    const copying = await put(signed, bytes, { 'x-amz-copy-source': `/${bucket}/secret` })
    expect(copying.ok).toBe(false)
    await expect(contentOf(bucket, key)).rejects.toMatchObject({ name: 'NoSuchKey' })
  })
})
