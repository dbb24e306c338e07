import {
  AbortMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { expect, it } from 'vitest'
import { identityOf, someBytes } from '../support/bytes.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { bucket, describeOnS3, listBucket, newPrefix, onS3, storageAt, testClient } from '../support/on-s3.ts'
import { tapS3 } from '../support/s3-tap.ts'
import { nothingLeftIn, startHttp, startServer, until, useStorage } from '../support/server-fixture.ts'
import { slowPatch } from '../support/slow-body.ts'
import { readProblem } from '../support/upload-client.ts'

const MiB = 1024 * 1024
const CHUNK = 5 * MiB
const HOUR = 60 * 60 * 1000
const file = someBytes(2 * CHUNK + 99)
const description = { size: file.byteLength, chunkSizeBytes: CHUNK }
const client = testClient()

/** The multipart uploads that are open below a prefix. */
async function begunBelow(
  prefix: string,
): Promise<{ Key?: string | undefined; UploadId?: string | undefined }[]> {
  const page = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: prefix }))
  return page.Uploads ?? []
}

describeOnS3('an upload whose chunks are parts of one object', () => {
  useStorage(onS3)

  it('is joined without one byte of it going through the server again', async () => {
    const tap = await tapS3()
    const dir = newPrefix()
    const { client: uploads } = await startServer({ dir, storage: storageAt(dir, { client: tap.client }) })
    const { id } = await uploads.created(description)
    await uploads.sent(id, CHUNK, file.slice(CHUNK))
    await uploads.sent(id, 0, file.slice(0, CHUNK))
    expect(tap.bytes).toBeGreaterThan(file.byteLength)
    expect(tap.bytes).toBeLessThan(file.byteLength + 100_000)
    tap.bytes = 0
    await uploads.completed(id, identityOf(file, CHUNK))
    expect(tap.bytes).toBeGreaterThan(0)
    expect(tap.bytes).toBeLessThan(20_000)
    expect((await listBucket(`${dir}content/`)).map((name) => name.slice(dir.length))).toEqual([
      `content/${id}/whole`,
    ])
    expect(Buffer.compare(await uploads.bytes(id), file)).toBe(0)
    const range = await uploads.file(id, { Range: `bytes=${CHUNK - 3}-${CHUNK + 4}` })
    expect([...new Uint8Array(await range.arrayBuffer())]).toEqual([...file.slice(CHUNK - 3, CHUNK + 5)])
  })

  it('asks for the chunks again whose parts are not those that were acknowledged', async () => {
    const dir = newPrefix()
    // One part and one name a page: a repair that saw only the first page would find nothing wrong.
    const storage = storageAt(dir, { listPageSize: 1 })
    const { client: uploads } = await startServer({ dir, storage })
    const { id } = await uploads.created(description)
    await uploads.sent(id, 0, file)
    const [begun] = await begunBelow(dir)
    await client.send(
      new UploadPartCommand({
        Bucket: bucket,
        Key: begun?.Key,
        UploadId: begun?.UploadId,
        PartNumber: 2,
        Body: someBytes(CHUNK, 5),
      }),
    )
    const { missing } = await readProblem(await uploads.complete(id), 409, 'incomplete')
    expect(missing).toEqual([[1, 1]])
    expect((await uploads.status(id)).landed).toEqual([
      [0, 1],
      [2, 1],
    ])
    await uploads.sent(id, CHUNK, file.slice(CHUNK, 2 * CHUNK))
    await uploads.completed(id, identityOf(file, CHUNK))
    expect(Buffer.compare(await uploads.bytes(id), file)).toBe(0)
  })

  it('has expired when the store has dropped its parts', async () => {
    const dir = newPrefix()
    const { client: uploads } = await startServer({ dir })
    const drop = async (): Promise<void> => {
      const [begun] = await begunBelow(dir)
      await client.send(
        new AbortMultipartUploadCommand({ Bucket: bucket, Key: begun?.Key, UploadId: begun?.UploadId }),
      )
    }
    const first = await uploads.created(description)
    await drop()
    await readProblem(await uploads.patch(first.id, 0, file.slice(0, CHUNK)), 410, 'upload-expired')
    const second = await uploads.created(description)
    await uploads.sent(second.id, 0, file)
    await drop()
    await readProblem(await uploads.complete(second.id), 410, 'upload-expired')
    await readProblem(await uploads.get(second.id), 410, 'upload-expired')
  })

  it('keeps to its chunk when two servers bring other bytes at once, and comes out right in the end', async () => {
    const dir = newPrefix()
    const [{ client: one }, { client: two }] = await Promise.all([startServer({ dir }), startServer({ dir })])
    const other = someBytes(CHUNK, 9)
    const { id } = await one.created(description)
    await one.sent(id, CHUNK, file.slice(CHUNK))
    const answers = await Promise.all([one.patch(id, 0, file.slice(0, CHUNK)), two.patch(id, 0, other)])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
    // As a client does: what is missing is sent again, and what differs replaced.
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const response = await one.complete(id, identityOf(file, CHUNK))
      if (response.status === 200) break
      const { sha256, landed } = await two.status(id)
      const digest = landed[0]?.[0] === 0 ? sha256[0] : undefined
      const headers = digest
        ? { 'Lading-Replaces': `sha-256=:${Buffer.from(digest, 'hex').toString('base64')}:` }
        : {}
      await one.sent(id, 0, file.slice(0, CHUNK), headers)
    }
    expect(Buffer.compare(await two.bytes(id), file)).toBe(0)
  })

  it('is read no further than its reader reads', async () => {
    const tap = await tapS3()
    const dir = newPrefix()
    const { client: uploads, port } = await startHttp({
      dir,
      storage: storageAt(dir, { client: tap.client }),
    })
    const large = someBytes(8 * CHUNK)
    const { id } = await uploads.created({ size: large.byteLength, chunkSizeBytes: CHUNK })
    await uploads.sent(id, 0, large)
    await uploads.completed(id)
    tap.bytes = 0
    const given = new AbortController()
    const response = await fetch(`http://127.0.0.1:${port}/uploads/files/${id}`, { signal: given.signal })
    await response.body?.getReader().read()
    // Until what is in flight has filled every buffer on the way.
    let before = -1
    await until(() => {
      const isStill = before === tap.bytes
      before = tap.bytes
      return isStill
    })
    given.abort()
    expect(before).toBeLessThan(large.byteLength / 2)
    await until(() => tap.bytes === before)
    expect(tap.bytes).toBeLessThan(large.byteLength / 2)
  })
})

describeOnS3('listings of many pages', () => {
  useStorage(onS3)

  it('are read to the end', async () => {
    const dir = newPrefix()
    const clock = new ManualClock()
    const storage = storageAt(dir, { listPageSize: 2 })
    const { client: uploads, server } = await startServer({
      dir,
      storage,
      clock,
      limits: { expiresAfterMs: HOUR, maxOpenUploads: 5 },
    })
    const small = someBytes(700)
    const { id } = await uploads.created({ size: 700, chunkSizeBytes: 100 })
    await uploads.sent(id, 0, small.slice(0, 650))
    expect(await uploads.status(id)).toMatchObject({ landed: [[0, 6]], partial: [{ index: 6, bytes: 50 }] })
    await uploads.sent(id, 650, small.slice(650))
    await uploads.completed(id, identityOf(small, 100))
    expect(Buffer.compare(await uploads.bytes(id), small)).toBe(0)
    const open = await Promise.all(
      Array.from({ length: 5 }, () => uploads.created({ size: 10, chunkSizeBytes: 5 })),
    )
    await readProblem(
      await uploads.create({ name: 'a', size: 1, chunkSizeBytes: 1 }),
      429,
      'too-many-uploads',
    )
    clock.advance(HOUR)
    expect(await server.sweep()).toEqual({ expired: open.length })
    expect((await uploads.removeFile(id)).status).toBe(204)
    await nothingLeftIn(dir)
  })
})

describeOnS3('a sweep', () => {
  useStorage(onS3)

  it('drops what was abandoned, with its parts, and what a crash left; and nothing of others', async () => {
    const dir = newPrefix()
    const clock = new ManualClock()
    const limits = { expiresAfterMs: HOUR }
    const { client: uploads, server } = await startServer({ dir, clock, limits })
    const { id } = await uploads.created(description)
    await uploads.sent(id, 0, file.slice(0, CHUNK + 7))
    const { id: kept } = await uploads.published(someBytes(10))
    // As a process leaves it that is killed right after it has begun an upload; and somebody else's.
    const lost = `${dir}content/${id.slice(0, -1)}0/whole`
    const foreign = `${newPrefix()}content/${id.slice(0, -1)}0/whole`
    for (const Key of [lost, foreign])
      await client.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key }))
    await client.send(
      new PutObjectCommand({ Bucket: bucket, Key: `${dir}open/anybody/${id.slice(0, -1)}0`, Body: '{}' }),
    )
    expect(await server.sweep()).toEqual({ expired: 0 })
    expect(await begunBelow(dir)).toHaveLength(2)
    clock.advance(HOUR)
    const { id: young } = await uploads.created(description)
    expect(await server.sweep()).toEqual({ expired: 1 })
    await readProblem(await uploads.get(id), 410, 'upload-expired')
    expect((await begunBelow(dir)).map(({ Key }) => Key)).toEqual([`${dir}content/${young}/whole`])
    expect(await begunBelow(foreign)).toHaveLength(1)
    expect((await uploads.status(young)).status).toBe('open')
    await uploads.abort(young)
    expect((await uploads.removeFile(kept)).status).toBe(204)
    await nothingLeftIn(dir)
  })

  it('drops the bytes of a small file that was never published, two days later', async () => {
    const dir = newPrefix()
    const clock = new ManualClock()
    const { client: uploads, server } = await startServer({ dir, clock })
    const { id } = await uploads.published(someBytes(10))
    const orphan = `${dir}content/${id.slice(0, -1)}0/00000-x`
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: orphan, Body: 'x' }))
    clock.advance(24 * HOUR)
    await server.sweep()
    expect(await listBucket(orphan)).toEqual([orphan])
    clock.advance(48 * HOUR)
    await server.sweep()
    expect(await listBucket(orphan)).toEqual([])
    expect(Buffer.compare(await uploads.bytes(id), someBytes(10))).toBe(0)
  })
})

describeOnS3('memory', () => {
  useStorage(onS3)

  it('is given back when there is little of it: what slow clients have sent is put away', async () => {
    const dir = newPrefix()
    const storage = storageAt(dir, { maxBufferedBytes: 300 })
    const { client: uploads, server } = await startServer({ dir, storage })
    const bytes = someBytes(1000)
    const { id } = await uploads.created({ size: 1000, chunkSizeBytes: 200 })
    const slow = [0, 1, 2, 3, 4].map((index) => slowPatch(server, id, index * 200, 200))
    for (const step of [0, 1, 2, 3]) {
      for (const [index, { push }] of slow.entries())
        push(bytes.slice(index * 200 + step * 50, index * 200 + step * 50 + 50))
      await until(() => slow.every(({ isRead }) => isRead()))
    }
    for (const { end } of slow) end()
    for (const { response } of slow) expect((await response).status).toBe(200)
    expect((await listBucket(`${dir}uploads/${id}/`)).filter((name) => name.includes('chunk-'))).toHaveLength(
      5,
    )
    await uploads.completed(id, identityOf(bytes, 200))
    expect(Buffer.compare(await uploads.bytes(id), bytes)).toBe(0)
  })
})
