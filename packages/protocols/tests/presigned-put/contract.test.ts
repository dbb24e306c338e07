import { PutObjectCommand } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { UploadError } from '@lading/core/engine'
import { type ContractServer, protocolContract } from '@lading/test-kit'
import { describe, expect } from 'vitest'
import { presignedPut } from '../../src/presigned-put/index.ts'
import { newBucket } from '../s3/support/new-bucket.ts'
import { bytesOf, contentsOf, noStore, storeClient, storeOrigin } from '../s3/support/store.ts'

interface Stored {
  readonly key: string
}

interface Bucket extends ContractServer<Stored> {
  readonly bucket: string
  readonly isRefusing: boolean
}

const buckets = new WeakMap<ContractServer<Stored>, Bucket>()

describe.skipIf(noStore)('on a real store', () => {
  protocolContract(startServer, makeProtocol, {
    name: 'presigned-put',
    canResume: false,
    goesOnInsideChunks: false,
    hasSession: false,
    canAbort: false,
    isIdempotent: true,
    carriesName: false,
    credentials: 'none',
    expectResult: ({ key }) => expect(key).toMatch(/^[\w-]{32}$/),
  })
})

/** The SDK's own presigner stands for anybody's backend. */
function makeProtocol(origin: string, server: ContractServer<Stored>) {
  return presignedPut({
    sign: async ({ uploadId: key, type }) => {
      const found = buckets.get(server)
      if (!found || found.isRefusing) throw new UploadError('unauthorized', { status: 401 })
      const command = new PutObjectCommand({ Bucket: found.bucket, Key: key, ContentType: type })
      return { url: await getSignedUrl(storeClient(origin), command), result: { key } }
    },
  })
}

async function startServer(): Promise<ContractServer<Stored>> {
  const bucket = await newBucket()
  let isRefusing = false
  const server: Bucket = {
    origin: storeOrigin(),
    bucket,
    get isRefusing() {
      return isRefusing
    },
    read: async ({ key }) => ({ bytes: await bytesOf(bucket, key) }),
    holdings: async () => ({ finished: (await contentsOf(bucket)).keys.length, unfinished: 0 }),
    expire: async () => {},
    refuse: (value) => {
      isRefusing = value
    },
    close: async () => {},
  }
  buckets.set(server, server)
  return server
}
