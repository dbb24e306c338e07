import { GetObjectCommand, ListMultipartUploadsCommand, UploadPartCommand } from '@aws-sdk/client-s3'
import { describe, expect, it } from 'vitest'
import type { S3Completed } from '../../src/s3.ts'
import { storedParts } from '../../src/s3-signer/stored-parts.ts'
import {
  create,
  describeFile,
  fakeStore,
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

async function bytesAt(bucket: string, key: string): Promise<Uint8Array> {
  const { Body } = await storeClient().send(new GetObjectCommand({ Bucket: bucket, Key: key }))
  return (await Body?.transformToByteArray()) ?? new Uint8Array()
}

async function uploadIn(bucket: string): Promise<{ Bucket: string; Key: string; UploadId: string }> {
  const { Uploads = [] } = await storeClient().send(new ListMultipartUploadsCommand({ Bucket: bucket }))
  const [{ Key = '', UploadId = '' } = {}] = Uploads
  return { Bucket: bucket, Key, UploadId }
}

describe.skipIf(noStore)('completing', () => {
  const bytes = noise(12 * mebibyte)
  const cut = [0, 5, 10].map((at) => bytes.slice(at * mebibyte, (at + 5) * mebibyte))

  it('puts the parts together, tells the app, and says the same again', async () => {
    const bucket = await newBucket()
    const heard: S3Completed[] = []
    const { ask } = signerOf({
      bucket,
      authorize: () => ({ owner: 'ada' }),
      onComplete: (completed) => void heard.push(completed),
    })
    const { key, url, token } = await create(ask, describeFile(bytes.length))
    const etags: string[] = []
    for (const [index, part] of cut.entries()) etags.push(await putPart(ask, token, index + 1, part))
    const listed = await ask('/parts', { token })
    expect(listed.body['parts']).toEqual(
      cut.map((part, index) => [index + 1, part.length, etags[index]?.replaceAll('"', '')]),
    )
    const first = await ask('/complete', { token, etags })
    expect(first).toMatchObject({
      status: 200,
      body: {
        result: { key, url, size: bytes.length, type: 'image/jpeg', etag: expect.stringMatching(/-3$/) },
      },
    })
    expect(sha256(await bytesAt(bucket, key))).toBe(sha256(bytes))
    expect((await ask('/complete', { token, etags })).body).toEqual(first.body)
    expect((await ask('/parts', { token })).body).toEqual(first.body)
    expect(heard[0]).toEqual({ owner: 'ada', result: first.body['result'] })
  })

  it.each<[string, number[], string[] | undefined]>([
    ['a part that is missing', [1, 3], undefined],
    ['the last part missing', [1, 2], undefined],
    ['another part than the client was told of', [1, 2, 3], ['a', 'b', 'c']],
    ['fewer ETags than parts', [1, 2, 3], ['a']],
  ])('is refused with %s', async (_what, numbers, etags) => {
    const { ask } = signerOf({ bucket: await newBucket() })
    const { token } = await create(ask, describeFile(bytes.length))
    for (const number of numbers) await putPart(ask, token, number, cut[number - 1] ?? noise(1))
    const { status, body } = await ask('/complete', { token, etags })
    expect([status, body['code']]).toEqual([409, 'incomplete'])
  })

  it.each([
    ['longer', 6],
    ['shorter', 4],
  ])('never publishes a part that is %s than the file has it', async (_what, size) => {
    const bucket = await newBucket()
    const { ask } = signerOf({ bucket })
    const { token } = await create(ask, describeFile(bytes.length))
    for (const [index, part] of cut.entries()) await putPart(ask, token, index + 1, part)
    const place = await uploadIn(bucket)
    const Body = noise(size * mebibyte)
    await storeClient().send(new UploadPartCommand({ ...place, PartNumber: 2, Body }))
    const { status, body } = await ask('/complete', { token })
    expect([status, body['code']]).toEqual([409, 'incomplete'])
  })

  it('of a file of one part looks whether it is there', async () => {
    const heard: S3Completed[] = []
    const { ask } = signerOf({
      bucket: await newBucket(),
      onComplete: (completed) => void heard.push(completed),
    })
    const body = noise(1000)
    const { token, signed, confirm } = await create(ask, describeFile(1000), sha256(body))
    expect(confirm).toBe(true)
    expect((await ask('/complete', { token })).status).toBe(409)
    expect(heard).toEqual([])
    if (!signed) throw new Error('Nothing was signed')
    await put(signed, body)
    const { status, body: answer } = await ask('/complete', { token })
    expect([status, heard.map(({ result }) => ({ result }))]).toEqual([200, [answer]])
  })

  it.each([['a b/ü+&=?#(1)!.jpg'], ["it's 100%/~*$@,;:.jpg"], ['文件/😀']])(
    'goes to the key %s',
    async (wanted) => {
      const bucket = await newBucket()
      const { ask } = signerOf({ bucket, keyFor: ({ size }) => `${wanted}-${size}` })
      const whole = noise(1000)
      const { token: one, signed } = await create(ask, describeFile(1000), sha256(whole))
      if (!signed) throw new Error('Nothing was signed')
      expect((await put(signed, whole)).status).toBe(200)
      expect((await ask('/complete', { token: one })).status).toBe(200)
      const { token, key } = await create(ask, describeFile(6 * mebibyte))
      await putPart(ask, token, 1, noise(5 * mebibyte))
      await putPart(ask, token, 2, noise(mebibyte))
      expect((await ask('/complete', { token })).status).toBe(200)
      expect((await bytesAt(bucket, `${wanted}-1000`)).length).toBe(1000)
      expect((await bytesAt(bucket, key)).length).toBe(6 * mebibyte)
    },
  )

  it('does not suffer from an app that throws', async () => {
    const { ask, errors } = signerOf({
      bucket: await newBucket(),
      onComplete: () => {
        throw new Error('no database')
      },
    })
    const { token } = await create(ask, describeFile(6 * mebibyte))
    await putPart(ask, token, 1, noise(5 * mebibyte))
    await putPart(ask, token, 2, noise(mebibyte))
    expect((await ask('/complete', { token })).status).toBe(200)
    expect(errors).toMatchObject([{ message: 'no database' }])
  })

  it('is not there any more once it is aborted, nor are its parts', async () => {
    const bucket = await newBucket()
    const { ask } = signerOf({ bucket })
    const { token } = await create(ask, describeFile(bytes.length))
    await putPart(ask, token, 1, cut[0] ?? noise(1))
    expect((await ask('/abort', { token })).status).toBe(204)
    expect((await ask('/abort', { token })).status).toBe(204)
    expect((await uploadIn(bucket)).UploadId).toBe('')
    for (const path of ['/parts', '/complete']) {
      const { status, body } = await ask(path, { token })
      expect([status, body['code']]).toEqual([404, 'upload-not-found'])
    }
  })
})

describe.skipIf(noStore)('listing', () => {
  it.each([[5], [12], [undefined]])('goes through every page, of %s parts', async (pageSize) => {
    const bucket = await newBucket()
    const { ask } = signerOf({ bucket })
    const { token } = await create(ask, describeFile(60 * mebibyte))
    const place = await uploadIn(bucket)
    const numbers = Array.from({ length: 12 }, (_, index) => index + 1)
    for (const PartNumber of numbers) {
      await storeClient().send(new UploadPartCommand({ ...place, PartNumber, Body: 'x' }))
    }
    const stored = await storedParts(
      storeClient(),
      bucket,
      { key: place.Key, uploadId: place.UploadId },
      pageSize,
    )
    expect([...stored.keys()]).toEqual(numbers)
    expect((await ask('/parts', { token })).body['parts']).toHaveLength(12)
  })
})

describe('a part that the file does not have', () => {
  it('is left out, whoever put it there', async () => {
    const completed: string[] = []
    const client = await fakeStore(async (request, response) => {
      let body = ''
      for await (const piece of request) body += String(piece)
      if (request.url?.includes('uploads')) {
        response.end('<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>')
      } else if (request.method === 'GET') {
        const part = (number: number, size: number): string =>
          `<Part><PartNumber>${number}</PartNumber><Size>${size}</Size><ETag>"e${number}"</ETag></Part>`
        response.end(
          `<ListPartsResult>${part(1, 5 * mebibyte)}${part(2, mebibyte)}${part(9, 7)}</ListPartsResult>`,
        )
      } else if (request.method === 'HEAD') response.writeHead(404).end()
      else {
        completed.push(body)
        response.end('<CompleteMultipartUploadResult><ETag>"whole-2"</ETag></CompleteMultipartUploadResult>')
      }
    })
    const { ask } = signerOf({ bucket: 'b', client })
    const { token } = await create(ask, describeFile(6 * mebibyte))
    expect((await ask('/complete', { token })).status).toBe(200)
    expect(completed[0]?.match(/<PartNumber>\d+/g)).toEqual(['<PartNumber>1', '<PartNumber>2'])
  })
})
