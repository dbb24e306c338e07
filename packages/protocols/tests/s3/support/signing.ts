import { createHash, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createUploader, type ProtocolUploaderOptions, type Uploader } from '@lading/core'
import { toNodeListener } from '@lading/server'
import { createS3Signer, type S3SignerOptions } from '@lading/server/s3'
import { onTestFinished } from 'vitest'
import { type EndpointSession, type S3Result, type S3Session, s3 } from '../../../src/s3/index.ts'
import { newBucket } from './new-bucket.ts'
import { storeClient } from './store.ts'

/** A signer on loopback. */
export interface Signing {
  readonly endpoint: string
  readonly bucket: string
  /** The paths that were asked, below the base. */
  readonly asked: string[]
  readonly headers: IncomingMessage['headers'][]
  /** Looks at each request first; `true` where it has answered. */
  intercept: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined
}

/** Starts a signer for a bucket of its own, behind which the store is, or what `storeAt` names. */
export async function signing(options: Partial<S3SignerOptions> = {}, storeAt?: string): Promise<Signing> {
  const bucket = options.bucket ?? (await newBucket())
  const listener = toNodeListener(createS3Signer({ client: storeClient(storeAt), ...options, bucket }))
  const server = createServer((request, response) => {
    signer.asked.push((request.url ?? '').slice('/s3'.length))
    signer.headers.push(request.headers)
    if (!signer.intercept?.(request, response)) listener(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const signer: Signing = {
    endpoint: `http://127.0.0.1:${port}/s3`,
    bucket,
    asked: [],
    headers: [],
    intercept: undefined,
  }
  return signer
}

/** An uploader to a signer that does not wait long. */
export function uploaderTo(
  endpoint: string,
  options: Partial<ProtocolUploaderOptions<S3Session<EndpointSession>, S3Result>> = {},
): Uploader<S3Result> {
  const uploader = createUploader({
    protocol: s3({ endpoint, singlePutBytes: 1024 * 1024 }),
    chunkSizeBytes: 5 * 1024 * 1024,
    retry: { baseDelayMs: 1, maxDelayMs: 20 },
    ...options,
  })
  onTestFinished(() => uploader.dispose())
  return uploader
}

/** A file of random bytes. */
export function randomFile(size: number, name = 'file.bin', type = 'application/x-test'): File {
  return new File([new Uint8Array(randomBytes(size))], name, { type, lastModified: 1_700_000_000_000 })
}

/** Hex SHA-256. */
export async function sha256(bytes: Uint8Array | Blob): Promise<string> {
  const plain = bytes instanceof Blob ? new Uint8Array(await bytes.arrayBuffer()) : bytes
  return createHash('sha256').update(plain).digest('hex')
}
