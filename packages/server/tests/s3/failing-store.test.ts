import { S3Client } from '@aws-sdk/client-s3'
import { expect, it } from 'vitest'
import { createUploadServer } from '../../src/index.ts'
import { s3Storage } from '../../src/s3.ts'
import { identityOf, someBytes } from '../support/bytes.ts'
import { bucket, describeOnS3, newPrefix, onS3, s3Url, storageAt, testClient } from '../support/on-s3.ts'
import { tapS3 } from '../support/s3-tap.ts'
import { startServer, useStorage } from '../support/server-fixture.ts'
import { readProblem, sendTo, UploadClient } from '../support/upload-client.ts'

const file = someBytes(250)
const description = { size: 250, chunkSizeBytes: 100 }

describeOnS3('a store that cannot be used', () => {
  const wrong = new URL(s3Url)
  wrong.password = 'wrong-secret'
  const unknown = new URL(s3Url)
  unknown.username = 'nobody'

  it.each([
    [
      'has no such bucket',
      { bucket: `${bucket}-not` },
      /`lading-server-\S+-not` does not exist: create it/,
      /bucket .* does not exist/,
    ],
    [
      'gets a wrong secret key',
      { client: testClient(wrong.href) },
      /secret key is wrong: correct the credentials/,
      /credentials .* are refused/,
    ],
    [
      'gets an unknown access key',
      { client: testClient(unknown.href) },
      /access key is unknown/,
      /credentials .* are refused/,
    ],
    ['is not there', { client: testClient('http://a:b@127.0.0.1:9') }, /does not answer/, undefined],
  ])(
    'says so when it %s, to the operator and, without names, to clients',
    async (_what, options, forOperator, forClient) => {
      const errors: unknown[] = []
      const server = createUploadServer({
        storage: storageAt(newPrefix(), options),
        onError: (error) => errors.push(error),
      })
      await expect(server.ready()).rejects.toThrow(forOperator)
      const response = await new UploadClient(sendTo(server)).create({ name: 'a', ...description })
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
      const problem = await readProblem(response, 503, 'unavailable')
      if (forClient) expect(problem.detail).toMatch(forClient)
      expect(JSON.stringify(problem)).not.toMatch(/lading-server|nobody|secret|127\.0\.0\.1/)
      expect(errors).toHaveLength(1)
      await server.close()
    },
  )
})

describeOnS3('a store that is too busy', () => {
  useStorage(onS3)

  it('is asked again by the client, and nothing of what it had taken is lost', async () => {
    const tap = await tapS3()
    const dir = newPrefix()
    const storage = storageAt(dir, { client: tap.client })
    const { client, errors } = await startServer({ dir, storage, onError: (error) => errors.push(error) })
    const { id } = await client.created(description)
    await client.sent(id, 0, file.slice(0, 100))
    tap.refuses = () => true
    const responses = await Promise.all([
      client.patch(id, 100, file.slice(100, 200)),
      client.get(id),
      client.complete(id),
      client.create({ name: 'a', ...description }),
      client.createWhole(file),
      client.abort(id),
    ])
    for (const response of responses) {
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
      await readProblem(response, 503, 'unavailable')
    }
    tap.refuses = () => false
    expect(await client.status(id)).toMatchObject({ landed: [[0, 1]] })
    await client.sent(id, 100, file.slice(100))
    // Refused once, and asked again by the SDK: the client hears nothing of it.
    let refusals = 0
    tap.refuses = () => refusals++ === 0
    await client.completed(id, identityOf(file, 100))
    expect(refusals).toBeGreaterThan(1)
    expect(Buffer.compare(await client.bytes(id), file)).toBe(0)
  })
})

describeOnS3('an option', () => {
  const client = new S3Client({ region: 'us-east-1' })

  it.each([
    ['client', {}, 'an S3Client of @aws-sdk/client-s3, got `{}` (object)'],
    ['bucket', '', 'the name of a bucket, got `""` (string)'],
    ['prefix', 'uploads', "'' or something like 'uploads/'"],
    ['prefix', '/', "'' or something like 'uploads/'"],
    ['minPartSizeBytes', 0, 'a positive integer, got `0` (number)'],
    ['maxBufferedBytes', -1, 'a positive integer, got `-1` (number)'],
  ])('%s that is %o is named at once', (name, value, expected) => {
    const options = { client, bucket: 'b', [name]: value }
    expect(() => Reflect.apply(s3Storage, undefined, [options])).toThrow(
      `Expected \`${name}\` to be ${expected}`,
    )
  })
})
