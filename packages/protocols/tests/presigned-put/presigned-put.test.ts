import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createUploader, type Uploader } from '@lading/core'
import { describe, expect, expectTypeOf, it, onTestFinished } from 'vitest'
import { type PresignedPutResult, presignedPut } from '../../src/presigned-put/index.ts'

interface Seen {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

type Answer = { readonly status: number; readonly body?: string; readonly headers?: Record<string, string> }

async function store(
  answer: (nth: number) => Answer = () => ({ status: 200, headers: { ETag: '"abc"' } }),
): Promise<{ origin: string; seen: Seen[] }> {
  const seen: Seen[] = []
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = []
    for await (const piece of request) pieces.push(piece as Buffer)
    const { method = '', url = '', headers } = request
    const {
      status,
      body,
      headers: more,
    } = answer(seen.push({ method, url, headers, body: Buffer.concat(pieces).toString() }) - 1)
    response.writeHead(status, more).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen }
}

const retry = { attempts: 3, baseDelayMs: 1, maxDelayMs: 5 }
const file = (): File => new File(['content'], 'a.txt', { type: 'text/plain' })

describe('presignedPut', () => {
  it('sends the file with what was signed, and with nothing of the app', async () => {
    const { origin, seen } = await store()
    const uploader = createUploader({
      protocol: presignedPut({
        sign: ({ name }) => ({
          url: `${origin}/${name}?sig=1`,
          headers: { 'x-ms-blob-type': 'BlockBlob' },
        }),
      }),
      headers: { Authorization: 'secret' },
    })
    uploader.use({ beforeChunk: () => ({ headers: { 'X-Hook': 'secret' }, fields: { hook: 'secret' } }) })
    const { settled } = await uploader.add(file())
    expect(await settled).toMatchObject([
      { how: 'uploaded', result: { url: `${origin}/a.txt`, etag: 'abc' } },
    ])
    expect(seen).toMatchObject([{ method: 'PUT', url: '/a.txt?sig=1', body: 'content' }])
    expect(seen[0]?.headers).toMatchObject({ 'content-type': 'text/plain', 'x-ms-blob-type': 'BlockBlob' })
    expect(JSON.stringify(seen)).not.toContain('secret')
  })

  it('takes the type, the method and the result from who signs', async () => {
    const { origin, seen } = await store()
    const uploader = createUploader({
      protocol: presignedPut({
        sign: async ({ size }) => ({
          url: origin,
          method: 'POST',
          headers: { 'Content-Type': 'image/webp' },
          result: { id: size },
        }),
      }),
    })
    const { settled } = await uploader.add(file())
    const [outcome] = await settled
    expect(outcome).toMatchObject({ how: 'uploaded', result: { id: 7 } })
    expect(seen).toMatchObject([{ method: 'POST', headers: { 'content-type': 'image/webp' } }])
  })

  it('makes the result of the answer where that is what is given', async () => {
    const { origin } = await store(() => ({ status: 201, body: '{"id":9}' }))
    const protocol = presignedPut({
      sign: () => ({ url: origin, result: (reply: { json(): unknown }) => reply.json() as { id: number } }),
    })
    const { settled } = await createUploader({ protocol }).add(file())
    expect(await settled).toMatchObject([{ result: { id: 9 } }])
  })

  it('types the result by what the function gives', () => {
    const plain = createUploader({ protocol: presignedPut({ sign: () => ({ url: '/' }) }) })
    const own = createUploader({ protocol: presignedPut({ sign: () => ({ url: '/', result: { id: 1 } }) }) })
    type ResultIn<T> = T extends Uploader<infer Result> ? Result : never
    expectTypeOf<ResultIn<typeof plain>>().toEqualTypeOf<PresignedPutResult>()
    expectTypeOf<ResultIn<typeof own>>().toEqualTypeOf<{ id: number }>()
  })

  it('signs again once in an attempt, and then fails for good', async () => {
    const { origin, seen } = await store(() => ({
      status: 403,
      body: '<Error><Code>AccessDenied</Code></Error>',
    }))
    let signed = 0
    const sign = () => ({ url: `${origin}/${++signed}` })
    const { settled } = await createUploader({ protocol: presignedPut({ sign }), retry }).add(file())
    expect(await settled).toMatchObject([
      { how: 'failed', error: { code: 'forbidden', status: 403, serverCode: 'AccessDenied' } },
    ])
    expect(seen.map(({ url }) => url)).toEqual(['/1', '/2'])
  })

  it('signs for each attempt afresh', async () => {
    const { origin, seen } = await store((nth) => (nth < 2 ? { status: 503 } : { status: 200 }))
    let signed = 0
    const sign = () => ({ url: `${origin}/${++signed}` })
    const { settled } = await createUploader({ protocol: presignedPut({ sign }), retry }).add(file())
    expect(await settled).toMatchObject([{ how: 'uploaded', result: { url: `${origin}/3` } }])
    expect(seen.map(({ url }) => url)).toEqual(['/1', '/2', '/3'])
  })

  it('has its function make requests as the app does', async () => {
    const { origin, seen } = await store((nth) =>
      nth === 0 ? { status: 200, body: JSON.stringify({ path: '/put' }) } : { status: 200 },
    )
    const uploader = createUploader({
      protocol: presignedPut({
        async sign({ name }, ctx) {
          const reply = await ctx.request({
            method: 'POST',
            url: `${origin}/sign`,
            body: { kind: 'json', value: { name } },
          })
          const { path } = reply.json() as { path: string }
          return { url: origin + path }
        },
      }),
      headers: { Authorization: 'Bearer token' },
    })
    const { settled } = await uploader.add(file())
    expect(await settled).toMatchObject([{ how: 'uploaded' }])
    expect(seen.map(({ url, headers }) => [url, headers.authorization])).toEqual([
      ['/sign', 'Bearer token'],
      ['/put', undefined],
    ])
  })

  it('gives the digest of the file to who signs, where that is wanted', async () => {
    const { origin } = await store()
    const digests: (string | undefined)[] = []
    const sign = ({ sha256 }: { sha256?: string }) => {
      digests.push(sha256)
      return { url: origin }
    }
    for (const checksum of ['sha-256', false] as const) {
      const { settled } = await createUploader({ protocol: presignedPut({ sign, checksum }) }).add(file())
      expect(await settled).toMatchObject([{ how: 'uploaded' }])
    }
    expect(digests).toEqual(['ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73', undefined])
  })

  it('fails the upload where its function throws or gives no URL', async () => {
    const refuse = (): never => {
      throw new Error('no quota')
    }
    const nothing = (): never => JSON.parse('{}') as never
    for (const [sign, message] of [
      [refuse, 'no quota'],
      [nothing, '`url`'],
    ] as const) {
      const { settled } = await createUploader({ protocol: presignedPut({ sign }) }).add(file())
      expect(await settled).toMatchObject([
        { how: 'failed', error: { code: 'option-failed', message: expect.stringContaining(message) } },
      ])
    }
  })

  it.each([
    [undefined, /`options`/],
    [{}, /`sign`/],
    [{ sign: '/api' }, /`sign`/],
    [{ sign: () => ({ url: '/' }), checksum: 'md5' }, /`checksum`/],
    [{ sign: () => ({ url: '/' }), url: '/' }, /`url`/],
  ])('%j is refused by name', (options, message) => {
    expect(() => Reflect.apply(presignedPut, undefined, [options])).toThrow(message)
  })
})
