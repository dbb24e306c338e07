import { randomUUID } from 'node:crypto'
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { expect, it } from 'vitest'
import { copyObject } from '../../src/s3/copy-object.ts'
import { S3Bucket } from '../../src/s3/s3-bucket.ts'
import { identityOf, someBytes } from '../support/bytes.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { bucket, describeOnS3, listBucket, newPrefix, onS3, storageAt, testClient } from '../support/on-s3.ts'
import { tapS3 } from '../support/s3-tap.ts'
import { leftIn, startServer, useStorage } from '../support/server-fixture.ts'
import type { UploadClient } from '../support/upload-client.ts'

const MiB = 1024 * 1024
const authorize = () => ({ owner: 'ann' })
const client: S3Client = testClient()

async function upload(uploads: UploadClient, bytes: Uint8Array<ArrayBuffer>, chunkSizeBytes: number) {
  const { id } = await uploads.created({ size: bytes.byteLength, chunkSizeBytes })
  await uploads.sent(id, 0, bytes)
  const identity = identityOf(bytes, chunkSizeBytes)
  await uploads.completed(id, identity)
  return { id, ask: { name: 'b', size: bytes.byteLength, chunkSizeBytes, identity } }
}

describeOnS3('a copy in a bucket', () => {
  useStorage(onS3)

  it.each([
    ['one object', 5 * MiB, 11 * MiB],
    ['an object for each chunk', MiB, 3 * MiB + 7],
  ])('is made without one byte going through the server, of %s', async (_what, chunkSizeBytes, size) => {
    const tap = await tapS3()
    const dir = newPrefix()
    const storage = storageAt(dir, { client: tap.client })
    const { client: uploads } = await startServer({ dir, storage, authorize })
    const bytes = someBytes(size)
    const { id, ask } = await upload(uploads, bytes, chunkSizeBytes)
    tap.bytes = 0
    const copy = await uploads.matched(ask)
    expect(tap.bytes).toBeGreaterThan(0)
    expect(tap.bytes).toBeLessThan(20_000)
    await uploads.removeFile(id)
    expect(Buffer.compare(await uploads.bytes(copy?.id ?? ''), bytes)).toBe(0)
  })

  it('is not made, and leaves nothing, of a file whose bytes are gone or whose entry is stale', async () => {
    const { client: uploads, dir } = await startServer({ authorize })
    const { id, ask } = await upload(uploads, someBytes(3000), 1000)
    const [gone = ''] = await listBucket(`${dir}content/${id}/`)
    const holders = (await listBucket(`${dir}contents/`))[0]?.replace(id, '') ?? ''
    await client.send(
      new PutObjectCommand({ Bucket: bucket, Key: `${holders}${'0'.repeat(33)}`, Body: '{}' }),
    )
    const storage = storageAt(dir)
    const { client: others } = await startServer({ dir, storage, authorize })
    await new S3Bucket(client, bucket, new ManualClock(), { timeoutMs: 1e6, pageSize: 9 }).delete([gone])
    const before = (await leftIn(dir)).filter((name) => !name.includes('0'.repeat(33)))
    expect(await others.matched(ask)).toBeUndefined()
    expect(await leftIn(dir)).toEqual(before)
  })

  it('is made in parts of what is too large to be copied at once', async () => {
    const store = new S3Bucket(client, bucket, new ManualClock(), { timeoutMs: 1e6, pageSize: 9 })
    const bytes = someBytes(12 * MiB + 5)
    const [from, to] = [`from ${randomUUID()}`, `to/${randomUUID()}`]
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: from, Body: bytes }))
    expect(await copyObject(store, from, to, bytes.byteLength, 5 * MiB)).toBe(true)
    const pieces: Uint8Array[] = []
    for await (const piece of store.read(to, 0, bytes.byteLength)) pieces.push(piece)
    expect(Buffer.compare(Buffer.concat(pieces), bytes)).toBe(0)
    expect(await copyObject(store, 'absent', `${to}2`, bytes.byteLength, 5 * MiB)).toBe(false)
    const begun: unknown[] = []
    for await (const one of store.begun('to/')) begun.push(one)
    expect(begun).toEqual([])
  })
})
