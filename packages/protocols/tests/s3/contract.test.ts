import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AbortMultipartUploadCommand, ListMultipartUploadsCommand } from '@aws-sdk/client-s3'
import type { Protocol } from '@lading/core'
import { toNodeListener } from '@lading/server'
import { createS3Signer } from '@lading/server/s3'
import { type ContractServer, protocolContract } from '@lading/test-kit'
import { describe, expect } from 'vitest'
import { type EndpointSession, type S3Result, type S3Session, s3 } from '../../src/s3/index.ts'
import { newBucket } from './support/new-bucket.ts'
import { bytesOf, contentsOf, noStore, storeClient, storeOrigin } from './support/store.ts'

/** A bucket of the real store, whose lines can be cut, and a signer that says where it is seen. */
interface Bucket extends ContractServer<S3Result> {
  readonly endpoint: string
  signFor(origin: string): void
}

const buckets = new WeakMap<ContractServer<S3Result>, Bucket>()

describe.skipIf(noStore)('on a real store', () => {
  protocolContract(startServer, makeProtocol, {
    name: 's3',
    chunkSizeBytes: 5 * 1024 * 1024,
    canResume: true,
    goesOnInsideChunks: false,
    hasSession: true,
    canAbort: true,
    isIdempotent: true,
    carriesName: false,
    credentials: 'none',
    expectResult: ({ key, url, etag, size, type }, file) => {
      expect({ size, type }).toEqual({ size: file.size, type: file.type || 'application/octet-stream' })
      expect(new URL(url).pathname).toMatch(new RegExp(`/lading-[\\w-]+/${key}$`))
      expect(etag).toMatch(/^[0-9a-f]{32}(-\d+)?$/)
    },
  })
})

function makeProtocol(
  origin: string,
  server: ContractServer<S3Result>,
): Protocol<S3Session<EndpointSession>, S3Result> {
  const bucket = buckets.get(server)
  bucket?.signFor(origin)
  return s3({ endpoint: bucket?.endpoint ?? '', singlePutBytes: 1024 * 1024 })
}

async function startServer(): Promise<ContractServer<S3Result>> {
  const bucket = await newBucket()
  let isRefusing = false
  let listener: RequestListener | undefined
  const signer = createServer((request, response) => listener?.(request, response))
  await new Promise<void>((resolve) => signer.listen(0, '127.0.0.1', resolve))
  const server: Bucket = {
    origin: storeOrigin(),
    endpoint: `http://127.0.0.1:${(signer.address() as AddressInfo).port}/s3`,
    signFor: (origin) => {
      const authorize = (): Response | undefined =>
        isRefusing ? new Response(null, { status: 401 }) : undefined
      listener = toNodeListener(createS3Signer({ client: storeClient(origin), bucket, authorize }))
    },
    read: async ({ key }) => ({ bytes: await bytesOf(bucket, key) }),
    holdings: async () => {
      const { keys, unfinished } = await contentsOf(bucket)
      return { finished: keys.length, unfinished: unfinished.length }
    },
    expire: () => dropUnfinished(bucket),
    refuse: (value) => {
      isRefusing = value
    },
    close: async () => {
      signer.closeAllConnections()
      await new Promise((resolve) => signer.close(resolve))
    },
  }
  buckets.set(server, server)
  return server
}

async function dropUnfinished(bucket: string): Promise<void> {
  const client = storeClient()
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }))
  for (const { Key, UploadId } of Uploads) {
    await client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId }))
  }
}
