import { randomUUID } from 'node:crypto'
import {
  AbortMultipartUploadCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3'

const given = process.env['LADING_TEST_S3']
/** Why tests on a real store are skipped; undefined where there is one. */
export const noStore: string | undefined =
  given === undefined ? 'LADING_TEST_S3 names no S3 engine: tests on a real store are skipped' : undefined
if (noStore !== undefined && process.env['VITEST'] !== undefined) process.stderr.write(`${noStore}\n`)

/** A client of the real store; one that signs for `seenAt` believes the store to be there, and speaks to it directly. */
export function storeClient(seenAt?: string): S3Client {
  const url = new URL(given ?? 'http://nobody:nothing@127.0.0.1:9')
  const client = new S3Client({
    endpoint: seenAt ?? url.origin,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: url.username, secretAccessKey: url.password },
  })
  client.middlewareStack.add(
    (next) => (args) => {
      // once signed: the signature keeps the name of the host
      Object.assign(Object(args.request), { hostname: url.hostname, port: Number(url.port) })
      return next(args)
    },
    { step: 'finalizeRequest', priority: 'low', name: 'toTheStore' },
  )
  return client
}

/** Where the real store is. */
export function storeOrigin(): string {
  return new URL(given ?? 'http://127.0.0.1:9').origin
}

/** A bucket of its own, until it is dropped. */
export async function makeBucket(): Promise<string> {
  const bucket = `lading-${randomUUID()}`
  await storeClient().send(new CreateBucketCommand({ Bucket: bucket }))
  return bucket
}

/** Deletes a bucket with everything in it: what tests leave behind would fill the store. */
export async function dropBucket(bucket: string): Promise<void> {
  const client = storeClient()
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }))
  for (const { Key, UploadId } of Uploads) {
    await client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId }))
  }
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket }))
  for (const { Key } of Contents) await client.send(new DeleteObjectCommand({ Bucket: bucket, Key }))
  await client.send(new DeleteBucketCommand({ Bucket: bucket }))
}

/** The bytes of an object. */
export async function bytesOf(bucket: string, key: string): Promise<Uint8Array> {
  const { Body } = await storeClient().send(new GetObjectCommand({ Bucket: bucket, Key: key }))
  if (!Body) throw new Error('No body')
  return Body.transformToByteArray()
}

/** What a bucket holds: the keys of its objects, and of its unfinished multipart uploads. */
export async function contentsOf(bucket: string): Promise<{ keys: string[]; unfinished: string[] }> {
  const { Contents = [] } = await storeClient().send(new ListObjectsV2Command({ Bucket: bucket }))
  const { Uploads = [] } = await storeClient().send(new ListMultipartUploadsCommand({ Bucket: bucket }))
  return { keys: Contents.map(({ Key = '' }) => Key), unfinished: Uploads.map(({ Key = '' }) => Key) }
}
