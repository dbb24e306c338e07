import { randomUUID } from 'node:crypto'
import { CreateBucketCommand, DeleteObjectsCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe } from 'vitest'
import { type S3StorageOptions, s3Storage } from '../../src/s3.ts'
import { useStorage } from './server-fixture.ts'
import type { StorageUnderTest } from './storage-under-test.ts'

const url = process.env.LADING_TEST_S3

/** Why tests on S3 are skipped; false if they are not. */
const skipsS3: string | false = url ? false : 'LADING_TEST_S3 is not set'

/** The engine that the tests are given, with its keys. */
export const s3Url: string = url ?? 'http://nobody:nobody@127.0.0.1:9'

/** The bucket of this file's tests. */
export const bucket: string = `lading-server-${randomUUID()}`

/** A client of the engine that the tests are given. */
export function testClient(endpoint: string = s3Url): S3Client {
  const { origin, username, password } = new URL(endpoint)
  return new S3Client({
    endpoint: origin,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: username, secretAccessKey: password },
  })
}

const client = testClient()

/** Everything there is below a prefix. */
export async function listBucket(prefix: string): Promise<string[]> {
  const names: string[] = []
  let token: string | undefined
  do {
    const page = await client.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: token }),
    )
    for (const { Key: key } of page.Contents ?? []) if (key !== undefined) names.push(key)
    token = page.NextContinuationToken
  } while (token !== undefined)
  return names
}

/** A prefix of its own. */
export function newPrefix(): string {
  return `${randomUUID()}/`
}

/** A storage below a prefix. */
export function storageAt(
  prefix: string,
  options: Partial<S3StorageOptions> = {},
): ReturnType<typeof s3Storage> {
  return s3Storage({ client, bucket, prefix, ...options })
}

/** Describes tests that need the engine; without it they are skipped, and say so. */
export function describeOnS3(name: string, tests: () => void | Promise<void>): void {
  if (skipsS3) console.warn(`Tests on S3 are skipped: ${skipsS3}`)
  describe.skipIf(skipsS3)(name, async () => {
    beforeAll(async () => {
      await client.send(new CreateBucketCommand({ Bucket: bucket }))
    })
    afterAll(() => empty(''))
    await tests()
  })
}

/** Runs the tests of another file on S3. */
export function runOnS3(file: () => Promise<unknown>): void {
  describeOnS3('on S3', async () => {
    useStorage(onS3)
    await file()
  })
}

/** A bucket of the engine. */
export const onS3: StorageUnderTest = {
  newPlace: async () => newPrefix(),
  open: (place) => storageAt(place),
  ids: async (place, which) => {
    const names = await listBucket(`${place}${which === 'open' ? 'uploads' : 'files'}/`)
    const ids = names
      .filter((name) => which === 'files' || name.endsWith('/record.json'))
      .map((name) => /([0-9a-z]{33})(\.json|\/record\.json)$/.exec(name)?.[1] ?? name)
    return ids.sort()
  },
  landed: async (place, id) => (await listBucket(`${place}uploads/${id}/chunk-`)).length,
  left: async (place) => {
    const names = (await listBucket(place)).map((name) => name.slice(place.length))
    return names.filter((name) => !/^(keys|swept)\/|^written-once$|\/fate-\d+$/.test(name))
  },
}

async function empty(prefix: string): Promise<void> {
  const names = await listBucket(prefix)
  for (let from = 0; from < names.length; from += 1000) {
    const objects = names.slice(from, from + 1000).map((name) => ({ Key: name }))
    await client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: objects, Quiet: true } }))
  }
}
