import { describe, expect, it } from 'vitest'
import {
  create,
  describeFile,
  fakeStore,
  mebibyte,
  newBucket,
  noStore,
  signerOf,
  storeClient,
} from './support.ts'

/** A store that begins an upload and has its parts; completing is refused as it is told to. */
async function refusing(status: number, xml: string): Promise<ReturnType<typeof signerOf>> {
  const client = await fakeStore((request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://x')
    if (searchParams.has('uploads')) {
      response.end('<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>')
    } else if (request.method === 'GET') {
      const part = (number: number, size: number): string =>
        `<Part><PartNumber>${number}</PartNumber><Size>${size}</Size><ETag>"e"</ETag></Part>`
      response.end(`<ListPartsResult>${part(1, 5 * mebibyte)}${part(2, mebibyte)}</ListPartsResult>`)
    } else if (request.method === 'HEAD') response.writeHead(404).end()
    else response.writeHead(status, { 'Content-Type': 'application/xml' }).end(xml)
  })
  return signerOf({ bucket: 'b', client })
}

const error = (code: string): string =>
  `<?xml version="1.0"?>\n<Error><Code>${code}</Code><Message>m</Message></Error>`

describe('a store that refuses to complete', () => {
  it.each([
    ['an error in XML with status 200', 200, error('InternalError'), 503, 'store-busy'],
    ['SlowDown', 503, error('SlowDown'), 503, 'store-busy'],
    ['a status of 502 without XML', 502, '<html>', 503, 'store-busy'],
    ['a part that is too small', 400, error('EntityTooSmall'), 400, 'part-too-small'],
    ['a part it has not', 400, error('InvalidPart'), 409, 'incomplete'],
    ['an upload it has not', 404, error('NoSuchUpload'), 404, 'upload-not-found'],
    ['a bucket it has not', 404, error('NoSuchBucket'), 500, 'bucket-not-found'],
    ['credentials it does not know', 403, error('InvalidAccessKeyId'), 500, 'store-refused'],
    ['clocks that differ', 403, error('RequestTimeTooSkewed'), 500, 'clock-skewed'],
    ['something nobody knows', 400, error('Strange'), 500, 'internal'],
  ])('for %s', async (_what, status, xml, expected, code) => {
    const { ask } = await refusing(status, xml)
    const { token } = await create(ask, describeFile(6 * mebibyte))
    const answer = await ask('/complete', { token })
    expect([answer.status, answer.body['code']]).toEqual([expected, code])
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    if (expected === 503) expect(answer.headers.get('retry-after')).toBe('1')
  })

  it('for being out of reach', async () => {
    const client = storeClient({
      endpoint: 'http://127.0.0.1:9',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    })
    const { ask } = signerOf({ bucket: 'b', client })
    const answer = await ask('', { file: describeFile(6 * mebibyte) })
    expect([answer.status, answer.body['code']]).toEqual([503, 'store-busy'])
  })
})

describe.skipIf(noStore)('a real store', () => {
  it.each([
    ['a multipart upload', 6 * mebibyte],
    ['a file of one part', 1000],
  ])('without the bucket is said so, for %s', async (_what, size) => {
    const { ask, errors } = signerOf({ bucket: 'lading-there-is-none' })
    const answer = await ask('', { file: describeFile(size), sha256: '0'.repeat(64) })
    expect(answer).toMatchObject({
      status: 500,
      body: { code: 'bucket-not-found', title: expect.stringContaining('create it') },
    })
    expect(errors).toHaveLength(1)
  })

  it('that does not know the credentials is not the client’s to blame', async () => {
    const client = storeClient({ credentials: { accessKeyId: 'nobody', secretAccessKey: 'nothing' } })
    const { ask } = signerOf({ bucket: await newBucket(), client })
    const answer = await ask('', { file: describeFile(6 * mebibyte) })
    expect([answer.status, answer.body['code']]).toEqual([500, 'store-refused'])
  })
})
