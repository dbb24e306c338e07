import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { describe, expect, it } from 'vitest'
import type { S3SignerOptions, WireSigned } from '../../src/s3.ts'
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
} from './support.ts'

const bytes = noise(5 * mebibyte)
const digest = sha256(bytes)
const base64 = Buffer.from(digest, 'hex').toString('base64')

interface Store {
  readonly signer: ReturnType<typeof signerOf>
  readonly begun: IncomingHttpHeaders[]
  readonly completed: string[]
}

/** A store that begins uploads, lists two parts of 5 and 1 MiB, and knows checksums or does not. */
async function store(
  checksum: S3SignerOptions['checksum'],
  { knowsChecksums, digests = ['', ''] }: { knowsChecksums: boolean; digests?: string[] },
): Promise<Store> {
  const begun: IncomingHttpHeaders[] = []
  const completed: string[] = []
  const client = await fakeStore(async (request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://x')
    let body = ''
    for await (const piece of request) body += String(piece)
    if (request.method === 'DELETE') response.writeHead(204).end()
    else if (request.method === 'HEAD') response.writeHead(404).end()
    else if (searchParams.has('uploads')) {
      begun.push(request.headers)
      response.writeHead(200, knowsChecksums ? { 'x-amz-checksum-algorithm': 'SHA256' } : {})
      response.end('<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>')
    } else if (request.method === 'GET') {
      const parts = [5 * mebibyte, mebibyte].map(
        (size, index) =>
          `<Part><PartNumber>${index + 1}</PartNumber><Size>${size}</Size><ETag>"e${index}"</ETag>` +
          `${knowsChecksums ? `<ChecksumSHA256>${digests[index]}</ChecksumSHA256>` : ''}</Part>`,
      )
      response.end(`<ListPartsResult><IsTruncated>false</IsTruncated>${parts.join('')}</ListPartsResult>`)
    } else {
      completed.push(body)
      response.end('<CompleteMultipartUploadResult><ETag>"whole-2"</ETag></CompleteMultipartUploadResult>')
    }
  })
  return {
    signer: signerOf({ bucket: 'b', client, ...(checksum !== undefined && { checksum }) }),
    begun,
    completed,
  }
}

async function headersOfPart({ ask }: Store['signer']): Promise<WireSigned['headers']> {
  const { token } = await create(ask, describeFile(6 * mebibyte))
  const parts = [{ number: 1, size: bytes.length, sha256: digest }]
  const [signed] = (await ask('/sign', { token, parts })).body['signed'] as WireSigned[]
  if (!signed) throw new Error('Nothing was signed')
  const names = new URL(signed.url).searchParams.get('X-Amz-SignedHeaders')?.split(';') ?? []
  for (const name of Object.keys(signed.headers)) expect(names).toContain(name)
  expect(names).toContain('content-length')
  return signed.headers
}

describe('the header that carries a digest', () => {
  it.each<[S3SignerOptions['checksum'], boolean, string | undefined, Record<string, string>]>([
    ['auto', true, 'SHA256', { 'x-amz-checksum-sha256': base64 }],
    ['auto', false, 'SHA256', { 'x-amz-content-sha256': digest }],
    ['x-amz-checksum-sha256', false, 'SHA256', { 'x-amz-checksum-sha256': base64 }],
    ['x-amz-content-sha256', true, undefined, { 'x-amz-content-sha256': digest }],
    [false, true, undefined, {}],
  ])(
    'with %s, of a store that knows checksums: %s',
    async (checksum, knowsChecksums, algorithm, expected) => {
      const { signer, begun } = await store(checksum, { knowsChecksums })
      const { 'content-type': _, ...headers } = await headersOfPart(signer)
      expect(headers).toEqual(expected)
      // a store that is told of an algorithm wants it from every part
      expect(begun.map((sent) => sent['x-amz-checksum-algorithm'])).toEqual([algorithm])
    },
  )

  it.each([
    [true, { 'x-amz-checksum-sha256': base64 }],
    [false, { 'x-amz-content-sha256': digest }],
  ])('is asked of the store once, for files of one part: %s', async (knowsChecksums, expected) => {
    const { signer, begun } = await store('auto', { knowsChecksums })
    for (let turn = 0; turn < 3; turn++) {
      const { signed } = await create(signer.ask, describeFile(1000), digest)
      expect(signed?.headers).toMatchObject(expected)
    }
    expect(begun).toHaveLength(1)
  })

  it.each([
    ['takes', 200],
    ['refuses', 422],
  ])('lets the signer compare the whole, where the store keeps digests: %s', async (_what, status) => {
    const digests = [bytes, noise(mebibyte)].map((part) => createHash('sha256').update(part).digest())
    const { signer, completed } = await store('auto', {
      knowsChecksums: true,
      digests: digests.map((one) => one.toString('base64')),
    })
    const { token } = await create(signer.ask, describeFile(6 * mebibyte))
    const root = status === 200 ? createHash('sha256').update(Buffer.concat(digests)).digest('hex') : digest
    const answer = await signer.ask('/complete', { token, root })
    expect(answer.status).toBe(status)
    expect(completed).toHaveLength(status === 200 ? 1 : 0)
    for (const one of status === 200 ? digests : []) {
      expect(completed[0]).toContain(`<ChecksumSHA256>${one.toString('base64')}</ChecksumSHA256>`)
    }
    expect((await signer.ask('/parts', { token })).body['parts']).toEqual([
      [1, 5 * mebibyte, 'e0', digests[0]?.toString('hex')],
      [2, mebibyte, 'e1', digests[1]?.toString('hex')],
    ])
  })
})

describe.skipIf(noStore)('a real store that knows no checksums of its own', () => {
  it('verifies by the hash of the payload, which is what auto chooses', async () => {
    const { ask } = signerOf({ bucket: await newBucket() })
    const { signed } = await create(ask, describeFile(1000), sha256(bytes.subarray(0, 1000)))
    if (!signed) throw new Error('Nothing was signed')
    expect(signed.headers['x-amz-content-sha256']).toBe(sha256(bytes.subarray(0, 1000)))
    expect((await put(signed, noise(1000))).status).toBe(400)
    expect((await put(signed, bytes.subarray(0, 1000))).status).toBe(200)
    const { token } = await create(ask, describeFile(6 * mebibyte))
    await putPart(ask, token, 1, bytes)
  })
})
