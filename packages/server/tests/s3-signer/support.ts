import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  AbortMultipartUploadCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3'
import { onTestFinished } from 'vitest'
import {
  createS3Signer,
  type S3SignerOptions,
  type WireS3Created,
  type WireS3File,
  type WireSigned,
} from '../../src/s3.ts'

const given = process.env['LADING_TEST_S3']
/** Why tests on a real store are skipped; undefined where there is one. */
export const noStore: string | undefined =
  given === undefined ? 'LADING_TEST_S3 names no S3 engine: tests on a real store are skipped' : undefined
if (noStore !== undefined) process.stderr.write(`${noStore}\n`)

export const mebibyte: number = 1024 * 1024

/** A client of the real store. */
export function storeClient(more: S3ClientConfig = {}): S3Client {
  const { origin, username, password } = new URL(given ?? 'http://nobody:nothing@127.0.0.1:9')
  return new S3Client({
    endpoint: origin,
    region: 'us-east-1',
    forcePathStyle: true,
    maxAttempts: 2,
    credentials: { accessKeyId: username, secretAccessKey: password },
    ...more,
  })
}

/** A bucket of its own, for as long as the test runs: what tests leave behind would fill the store. */
export async function newBucket(): Promise<string> {
  const bucket = `lading-${randomUUID()}`
  await storeClient().send(new CreateBucketCommand({ Bucket: bucket }))
  // A part that was cut off may land in the middle of it; that is not what is tested.
  onTestFinished(() => dropBucket(bucket).catch(() => undefined))
  return bucket
}

async function dropBucket(bucket: string): Promise<void> {
  const client = storeClient()
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }))
  for (const { Key, UploadId } of Uploads) {
    await client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId }))
  }
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket }))
  for (const { Key } of Contents) await client.send(new DeleteObjectCommand({ Bucket: bucket, Key }))
  await client.send(new DeleteBucketCommand({ Bucket: bucket }))
}

/** An answer of a signer. */
export interface Answer {
  readonly status: number
  readonly body: Record<string, unknown>
  readonly headers: Headers
}

/** Asks a signer, as a page would. */
export type Ask = (path: string, body: unknown, headers?: Record<string, string>) => Promise<Answer>

/** A signer without a network before it, and what went wrong behind it. */
export function signerOf(options: Partial<S3SignerOptions> & Pick<S3SignerOptions, 'bucket'>): {
  ask: Ask
  fetch: (request: Request) => Promise<Response>
  errors: unknown[]
} {
  const errors: unknown[] = []
  const signer = createS3Signer({ client: storeClient(), onError: (error) => errors.push(error), ...options })
  const ask: Ask = async (path, body, headers = {}) => {
    const response = await signer.fetch(
      new Request(`http://app.example/s3${path}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...headers },
        body: JSON.stringify(body),
      }),
    )
    const text = await response.text()
    return {
      status: response.status,
      body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
      headers: response.headers,
    }
  }
  return { ask, fetch: signer.fetch, errors }
}

/** The description of a file of one part, or of parts of 5 MiB. */
export function describeFile(size: number, more: Partial<WireS3File> = {}): WireS3File {
  const isWhole = size <= mebibyte
  return {
    uploadId: randomUUID(),
    name: 'holiday.jpg',
    type: 'image/jpeg',
    size,
    chunkSizeBytes: isWhole ? Math.max(1, size) : 5 * mebibyte,
    count: isWhole ? 1 : Math.ceil(size / (5 * mebibyte)),
    ...more,
  }
}

/** What a signer answers to a beginning; fails where it refuses. */
export async function create(ask: Ask, file: WireS3File, sha256?: string): Promise<WireS3Created> {
  const { status, body } = await ask('', { file, sha256 })
  if (status !== 201) throw new Error(`${status} ${JSON.stringify(body)}`)
  return body as object as WireS3Created
}

/** Makes a request that was signed, with some of it changed. */
export function put(
  { method, url, headers }: WireSigned,
  body: Uint8Array,
  changed: Record<string, string> = {},
): Promise<Response> {
  return fetch(url, { method, headers: { ...headers, ...changed }, body: new Uint8Array(body) })
}

/** Signs one part and puts it. */
export async function putPart(ask: Ask, token: string, number: number, bytes: Uint8Array): Promise<string> {
  const part = { number, size: bytes.length, sha256: sha256(bytes) }
  const { status, body } = await ask('/sign', { token, parts: [part] })
  if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`)
  const [signed] = body['signed'] as WireSigned[]
  if (!signed) throw new Error('Nothing was signed')
  const response = await put(signed, bytes)
  if (!response.ok) throw new Error(await response.text())
  return response.headers.get('etag') ?? ''
}

export function noise(size: number): Uint8Array {
  return new Uint8Array(randomBytes(size))
}

/** Hex SHA-256. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** Starts something that answers as a store would, on loopback, with a client for it. */
export async function fakeStore(listener: RequestListener): Promise<S3Client> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return storeClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: 'fake', secretAccessKey: 'fake-secret' },
  })
}
