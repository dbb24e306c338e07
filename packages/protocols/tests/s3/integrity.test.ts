import { ListMultipartUploadsCommand, ListPartsCommand } from '@aws-sdk/client-s3'
import { describe, expect, it } from 'vitest'
import { s3 } from '../../src/s3/index.ts'
import { type StoreProxy, storeProxy } from './support/proxy.ts'
import { randomFile, sha256, signing, uploaderTo } from './support/signing.ts'
import { bytesOf, contentsOf, noStore, storeClient } from './support/store.ts'

const mebibyte = 1024 * 1024

/** Flips a bit in the first body that passes. */
function flipOnce(proxy: StoreProxy): void {
  let flipped: unknown
  let isOver = false
  proxy.corrupt = (piece, seen) => {
    if (seen.method !== 'PUT' || isOver) return piece
    flipped ??= seen
    if (flipped !== seen) return piece
    isOver = true
    return Buffer.from(piece.map((byte, at) => (at === 0 ? byte ^ 1 : byte)))
  }
}

async function partsIn(bucket: string): Promise<number> {
  const { Uploads = [] } = await storeClient().send(new ListMultipartUploadsCommand({ Bucket: bucket }))
  const [{ Key = '', UploadId = '' } = {}] = Uploads
  const { Parts = [] } = await storeClient().send(new ListPartsCommand({ Bucket: bucket, Key, UploadId }))
  return Parts.length
}

describe.skipIf(noStore)('integrity of s3', () => {
  it('has the store refuse a part that changed on its way, keeps nothing of it, and sends it again', async () => {
    const proxy = await storeProxy()
    const { endpoint, bucket } = await signing({}, proxy.origin)
    flipOnce(proxy)
    const uploader = uploaderTo(endpoint, { concurrency: { requests: 1 } })
    const trouble: { code: string; serverCode?: string }[] = []
    let landedAfter: Promise<number> | undefined
    uploader.on('retrying', ({ error }) => {
      trouble.push(error)
      landedAfter ??= partsIn(bucket)
    })
    const file = randomFile(12 * mebibyte)
    const { settled } = await uploader.add(file)
    const [outcome] = await settled
    if (outcome?.how !== 'uploaded') throw new Error('not uploaded')
    expect(trouble).toMatchObject([{ code: 'integrity-failed', serverCode: 'XAmzContentSHA256Mismatch' }])
    expect(proxy.puts().map(({ status }) => status)).toEqual([400, 200, 200, 200])
    expect(await landedAfter).toBe(0)
    expect(await sha256(await bytesOf(bucket, outcome.result.key))).toBe(await sha256(file))
  })

  it('has the store refuse a whole file that changed on its way', async () => {
    const proxy = await storeProxy()
    const { endpoint, bucket } = await signing({}, proxy.origin)
    flipOnce(proxy)
    const uploader = uploaderTo(endpoint)
    const kept: Promise<unknown>[] = []
    uploader.on('retrying', () => kept.push(contentsOf(bucket)))
    const file = randomFile(mebibyte)
    const { settled } = await uploader.add(file)
    const [outcome] = await settled
    if (outcome?.how !== 'uploaded') throw new Error('not uploaded')
    expect(await Promise.all(kept)).toEqual([{ keys: [], unfinished: [] }])
    expect(await sha256(await bytesOf(bucket, outcome.result.key))).toBe(await sha256(file))
  })

  it('lets the bytes pass where nobody wants them checked, on both sides', async () => {
    const proxy = await storeProxy()
    const { endpoint, bucket } = await signing({ checksum: false }, proxy.origin)
    flipOnce(proxy)
    const protocol = s3({ endpoint, singlePutBytes: mebibyte, checksum: false })
    const file = randomFile(12 * mebibyte)
    const { settled } = await uploaderTo(endpoint, { protocol }).add(file)
    const [outcome] = await settled
    if (outcome?.how !== 'uploaded') throw new Error('not uploaded')
    expect(await sha256(await bytesOf(bucket, outcome.result.key))).not.toBe(await sha256(file))
    for (const { headers } of proxy.puts()) expect(headers['x-amz-content-sha256']).toBeUndefined()
  })

  it('says what to do where the signer wants digests and the app has them off', async () => {
    const { endpoint } = await signing()
    const { settled } = await uploaderTo(endpoint, { integrity: false }).add(randomFile(10))
    expect(await settled).toMatchObject([
      {
        how: 'failed',
        error: { serverCode: 'checksum-required', message: expect.stringContaining('integrity') },
      },
    ])
  })
})
