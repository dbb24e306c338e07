import { describe, expect, it } from 'vitest'
import type { KeyFacts } from '../../src/s3.ts'
import { create, describeFile, newBucket, noise, noStore, sha256, signerOf } from './support.ts'

const digest = sha256(noise(1))

describe.skipIf(noStore)('the key of an object', () => {
  it.each([
    ['../../etc/passwd', /^[0-9a-f]{32}$/],
    ['..', /^[0-9a-f]{32}$/],
    ['a/b/c.PNG', /^[0-9a-f]{32}\.png$/],
    ['no dots', /^[0-9a-f]{32}$/],
    ['x.<script>', /^[0-9a-f]{32}$/],
    ['\u202Egnp.exe', /^[0-9a-f]{32}\.exe$/],
    ['', /^[0-9a-f]{32}$/],
  ])('is nothing a client can choose: %j', async (name, expected) => {
    const { ask } = signerOf({ bucket: await newBucket() })
    const { key } = await create(ask, describeFile(1, { name }), digest)
    expect(key).toMatch(expected)
  })

  it('is the same for the same upload, and another one for any other', async () => {
    const bucket = await newBucket()
    const { ask } = signerOf({
      bucket,
      authorize: (request) => ({ owner: request.headers.get('x-user') ?? 'x' }),
    })
    const file = describeFile(1)
    const keyOf = async (given: object, user = 'ada'): Promise<unknown> =>
      (await ask('', { file: given, sha256: digest }, { 'x-user': user })).body['key']
    const key = await keyOf(file)
    expect(await keyOf(file)).toBe(key)
    const others = await Promise.all([
      keyOf({ ...file, uploadId: 'another-upload-of-mine' }),
      keyOf({ ...file, size: 2, chunkSizeBytes: 2 }),
      keyOf({ ...file, name: 'b.jpg' }),
      keyOf(file, 'eve'),
    ])
    expect(new Set([key, ...others]).size).toBe(5)
  })

  it('is made by the app, of facts that are safe where they say so', async () => {
    const facts: KeyFacts[] = []
    const { ask } = signerOf({
      bucket: await newBucket(),
      authorize: () => ({ owner: 'ada' }),
      keyFor: (given, request) => {
        facts.push(given)
        return `${given.owner}/${new URL(request.url).hostname}/${given.id}/${given.name}`
      },
    })
    const names = ['../up/ Größe 100%.jpg. ', 'a\u0000b\nc"d.txt', '...', 'x'.repeat(900), '😀'.repeat(300)]
    for (const name of names) {
      const { key } = await create(
        ask,
        describeFile(1, { name, metadata: { album: 7 }, path: 'a/b' }),
        digest,
      )
      const { id, name: safe } = facts.at(-1) ?? {}
      expect(key).toBe(`ada/app.example/${id}/${safe}`)
    }
    expect(facts.map(({ name }) => name)).toEqual([
      'Größe 100_.jpg',
      'a_b_c_d.txt',
      'file',
      'x'.repeat(200),
      '😀'.repeat(50),
    ])
    expect(facts[0]).toMatchObject({
      extension: '',
      type: 'image/jpeg',
      size: 1,
      metadata: { album: 7 },
      path: 'a/b',
    })
  })

  it.each([
    [''],
    ['/a'],
    ['a//b'],
    ['a/../b'],
    ['./a'],
    ['a/'],
    ['a\nb'],
    ['x'.repeat(1025)],
    ['\uD800'],
    [7],
    [undefined],
  ])('is not taken from the app as %j', async (key) => {
    const { ask, errors } = signerOf({ bucket: await newBucket(), keyFor: () => key as string })
    expect((await ask('', { file: describeFile(1), sha256: digest })).status).toBe(500)
    expect(errors).toMatchObject([{ name: 'TypeError', message: expect.stringContaining('keyFor') }])
  })

  it('is not given where the app refuses', async () => {
    const { ask, errors } = signerOf({
      bucket: await newBucket(),
      keyFor: () => {
        throw Response.json({ quota: 0 }, { status: 402 })
      },
    })
    expect(await ask('', { file: describeFile(1), sha256: digest })).toMatchObject({
      status: 402,
      body: { quota: 0 },
    })
    expect(errors).toEqual([])
  })
})
