import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { describe, expect, it } from 'vitest'
import {
  create,
  describeFile,
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

/** Whose request it is stands in a header; nobody without one. */
function authorize(request: Request): { owner: string } | Response {
  const owner = request.headers.get('x-user')
  return owner === null ? new Response('who?', { status: 401 }) : { owner }
}

const others = ['/sign', '/parts', '/complete', '/abort']

describe.skipIf(noStore)('access to an upload', () => {
  it('is asked for with each request and what it is about', async () => {
    const asked: string[] = []
    const { ask } = signerOf({
      bucket: await newBucket(),
      authorize: (request, operation) => {
        asked.push(`${new URL(request.url).pathname} ${operation}`)
        return false
      },
    })
    for (const path of ['', ...others]) expect((await ask(path, {})).status).toBe(403)
    expect(asked).toEqual([
      '/s3 create',
      '/s3/sign send',
      '/s3/parts status',
      '/s3/complete complete',
      '/s3/abort abort',
    ])
  })

  it('lets the answer of the app go out as it is', async () => {
    const { ask, fetch } = signerOf({ bucket: await newBucket(), authorize })
    const answer = await fetch(new Request('http://app.example/s3', { method: 'POST', body: '{}' }))
    expect([answer.status, await answer.text()]).toEqual([401, 'who?'])
    const { status } = await ask('', { file: describeFile(1), sha256: sha256(noise(1)) }, { 'x-user': 'ada' })
    expect(status).toBe(201)
  })

  it('is refused to everybody else, also with the right token', async () => {
    const { ask } = signerOf({ bucket: await newBucket(), authorize })
    const { body } = await ask('', { file: describeFile(12 * mebibyte) }, { 'x-user': 'ada' })
    for (const path of others) {
      const part = { number: 1, size: 5 * mebibyte, sha256: sha256(noise(1)) }
      const asking = { token: body['token'], parts: [part] }
      const answer = await ask(path, asking, { 'x-user': 'eve' })
      expect([path, answer.status, answer.body['code']]).toEqual([path, 403, 'token-invalid'])
    }
    expect((await ask('/parts', { token: body['token'] }, { 'x-user': 'ada' })).status).toBe(200)
  })

  it('is refused with a token that was changed, made elsewhere, or is none', async () => {
    const bucket = await newBucket()
    const { ask } = signerOf({ bucket, secret: 'a secret of sixteen' })
    const { token } = await create(ask, describeFile(12 * mebibyte))
    const [payload = '', signature = ''] = token.split('.')
    const grant = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>
    const forged = (changes: object): string =>
      `${Buffer.from(JSON.stringify({ ...grant, ...changes })).toString('base64url')}.${signature}`
    const stranger = await create(
      signerOf({ bucket, secret: 'another secret of ours' }).ask,
      describeFile(12 * mebibyte),
    )
    const tokens = [
      forged({ key: 'somebody/elses' }),
      forged({ uploadId: '2~other' }),
      forged({ size: 10 ** 12 }),
      stranger.token,
      `${payload}.`,
      `${payload}.${signature}.${signature}`,
      `.${signature}`,
      '',
      'x'.repeat(10_000),
    ]
    for (const one of tokens) {
      for (const path of others) {
        const answer = await ask(path, { token: one, parts: [{ number: 1, size: 1 }] })
        expect([path, answer.status, answer.body['code']]).toEqual([path, 403, 'token-invalid'])
      }
    }
    expect((await ask('/parts', { token })).status).toBe(200)
  })

  it('ends', async () => {
    let now = 1_000_000
    const clock = { now: () => now, setTimeout: () => () => undefined }
    const { ask } = signerOf({ bucket: await newBucket(), clock, sessionSeconds: 60 })
    const { token, expiresAt } = await create(ask, describeFile(12 * mebibyte))
    expect(expiresAt).toBe(now + 60_000)
    now += 60_000
    const { status, body } = await ask('/parts', { token })
    expect([status, body['code']]).toEqual([410, 'token-expired'])
  })

  it('is shared by processes that know one secret, and keep nothing', async () => {
    const bucket = await newBucket()
    const [one, two] = [signerOf({ bucket }), signerOf({ bucket })]
    const { token } = await create(one.ask, describeFile(6 * mebibyte))
    await putPart(two.ask, token, 1, noise(5 * mebibyte))
    await putPart(one.ask, token, 2, noise(mebibyte))
    expect((await two.ask('/complete', { token })).status).toBe(200)
  })

  it('is not begun with secrets that would not last', async () => {
    const credentials = { accessKeyId: 'a', secretAccessKey: 'b', sessionToken: 'c' }
    const client = storeClient({ credentials })
    const { ask, errors } = signerOf({ bucket: 'any', client })
    expect((await ask('', { file: describeFile(1) })).status).toBe(500)
    expect(errors).toMatchObject([{ message: expect.stringContaining('`secret`') }])
  })

  it('leaves the object of another upload alone when one of the same key is aborted', async () => {
    const bucket = await newBucket()
    const place = { Bucket: bucket, Key: 'avatar' }
    await storeClient().send(new PutObjectCommand({ ...place, Body: 'mine' }))
    const { ask } = signerOf({ bucket, keyFor: () => 'avatar' })
    const file = describeFile(4)
    const { token, signed } = await create(ask, file, sha256(Buffer.from('ours')))
    for (const body of [{ token }, { file }]) expect((await ask('/abort', body)).status).toBe(204)
    expect((await storeClient().send(new HeadObjectCommand(place))).ContentLength).toBe(4)

    if (!signed) throw new Error('Nothing was signed')
    expect((await put(signed, Buffer.from('ours'))).status).toBe(200)
    expect((await ask('/abort', { file })).status).toBe(204)
    await expect(storeClient().send(new HeadObjectCommand(place))).rejects.toMatchObject({ name: 'NotFound' })
  })
})
