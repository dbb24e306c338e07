import { describe, expect, it } from 'vitest'
import { identityOf, someBytes } from './support/bytes.ts'
import { isOnDisk, leftIn, nothingLeftIn, startHttp, startServer } from './support/server-fixture.ts'
import { readProblem, type UploadClient } from './support/upload-client.ts'

const file = someBytes(1000)
const MiB = 1024 * 1024

async function bytesOf(response: Response): Promise<Buffer> {
  return Buffer.from(await response.arrayBuffer())
}

describe.each([
  ['fetch', () => startServer()],
  ['a Node listener', () => startHttp()],
] as const)('a file read through %s', (_name, start) => {
  async function published(): Promise<{ client: UploadClient; id: string }> {
    const { client } = await start()
    const { id } = await client.published(file, { name: 'a.png', type: 'image/png' })
    return { client, id }
  }

  it('comes with all that a browser needs to treat it safely', async () => {
    const { client, id } = await published()
    for (const method of ['GET', 'HEAD']) {
      const response = await client.file(id, {}, method)
      expect(response.status).toBe(200)
      expect(Object.fromEntries(response.headers)).toMatchObject({
        'content-type': 'image/png',
        'content-length': '1000',
        'accept-ranges': 'bytes',
        etag: `"${identityOf(file, MiB).root}"`,
        'content-disposition': `attachment; filename="a.png"; filename*=UTF-8''a.png`,
        'x-content-type-options': 'nosniff',
        'content-security-policy': "sandbox; default-src 'none'",
        'cache-control': 'private, no-cache',
      })
      expect(Date.parse(response.headers.get('last-modified') ?? '')).toBeGreaterThan(0)
      expect(await bytesOf(response)).toEqual(method === 'GET' ? Buffer.from(file) : Buffer.alloc(0))
    }
  })

  it.each([
    ['bytes=0-0', 0, 1],
    ['bytes=10-19', 10, 20],
    ['bytes=990-', 990, 1000],
    ['bytes=990-5000', 990, 1000],
    ['bytes=-10', 990, 1000],
    ['bytes=-5000', 0, 1000],
  ])('comes in part for %s', async (range, from, to) => {
    const { client, id } = await published()
    const response = await client.file(id, { Range: range })
    expect(response.status).toBe(206)
    expect(response.headers.get('content-range')).toBe(`bytes ${from}-${to - 1}/1000`)
    expect(response.headers.get('content-length')).toBe(String(to - from))
    expect(await bytesOf(response)).toEqual(Buffer.from(file.slice(from, to)))
  })

  it.each(['bytes=1000-', 'bytes=5000-6000', 'bytes=-0'])('does not have %s', async (range) => {
    const { client, id } = await published()
    const response = await client.file(id, { Range: range })
    expect(response.headers.get('content-range')).toBe('bytes */1000')
    await readProblem(response, 416, 'range-not-satisfiable')
  })

  it.each(['bytes=', 'bytes=-', 'bytes=5-2', 'bytes=a-b', 'bytes=0-1,5-6', 'lines=0-1'])(
    'comes whole for %s',
    async (range) => {
      const { client, id } = await published()
      const response = await client.file(id, { Range: range })
      expect(response.status).toBe(200)
      expect(await bytesOf(response)).toEqual(Buffer.from(file))
    },
  )

  it('does not come again to who has it', async () => {
    const { client, id } = await published()
    const { headers } = await client.file(id)
    const [etag, date] = [headers.get('etag') ?? '', headers.get('last-modified') ?? '']
    const same = [
      { 'If-None-Match': etag },
      { 'If-None-Match': `"x", W/${etag}` },
      { 'If-None-Match': '*' },
      { 'If-Modified-Since': date },
    ]
    for (const condition of same) {
      const response = await client.file(id, condition)
      expect([response.status, response.headers.get('etag'), await response.text()]).toEqual([304, etag, ''])
    }
    const others = [
      { 'If-None-Match': '"x"', 'If-Modified-Since': date },
      { 'If-Modified-Since': 'Sat, 01 Jan 2000 00:00:00 GMT' },
      { 'If-Modified-Since': 'yesterday' },
    ]
    for (const condition of others) expect((await client.file(id, condition)).status).toBe(200)
    for (const [condition, status] of [
      [etag, 206],
      [date, 206],
      ['"x"', 200],
    ] as const) {
      expect((await client.file(id, { Range: 'bytes=1-2', 'If-Range': condition })).status).toBe(status)
    }
  })

  it('is empty when it is', async () => {
    const { client } = await start()
    const { id } = await client.published(new Uint8Array())
    const response = await client.file(id)
    expect([response.status, response.headers.get('content-length')]).toEqual([200, '0'])
    expect((await client.file(id, { Range: 'bytes=0-' })).status).toBe(416)
  })

  it('is gone once it is removed', async () => {
    const { client, dir } = await start()
    const { id } = await client.published(file)
    expect((await client.removeFile(id)).status).toBe(204)
    await readProblem(await client.removeFile(id), 404, 'file-not-found')
    await readProblem(await client.file(id), 404, 'file-not-found')
    await readProblem(await client.get(id), 404, 'upload-not-found')
    await nothingLeftIn(dir)
  })
})

describe('a type', () => {
  it.each([
    ['text/html', 'text/html'],
    ['text/plain; charset="utf-8"', 'text/plain; charset="utf-8"'],
    ['image/svg+xml', 'image/svg+xml'],
    ['', 'application/octet-stream'],
    ['text', 'application/octet-stream'],
    ['text/html\r\nSet-Cookie: a=b', 'application/octet-stream'],
    ['text/ünsafe', 'application/octet-stream'],
  ])('%o is served as %s', async (type, served) => {
    const { client } = await startHttp()
    const { id, result } = await client.published(file, { type })
    expect(result.type).toBe(type)
    expect((await client.file(id)).headers.get('content-type')).toBe(served)
  })
})

describe('a name', () => {
  const names: readonly (readonly [string, string, string])[] = [
    ['../../etc/passwd', '.._.._etc_passwd', '.._.._etc_passwd'],
    ['..\\..\\boot.ini', '.._.._boot.ini', '.._.._boot.ini'],
    ['CON', 'CON', 'CON'],
    ['', 'file', 'file'],
    ['a\u0000b.txt', 'a_b.txt', 'a_b.txt'],
    ['a\r\nSet-Cookie: x=y', 'a__Set-Cookie_ x=y', 'a__Set-Cookie_%20x%3Dy'],
    ['say "hi".txt', 'say _hi_.txt', 'say%20_hi_.txt'],
    ["100% (it's) *.txt", "100_ (it's) _.txt", '100%25%20%28it%27s%29%20_.txt'],
    ['photo 😀.jpg', 'photo __.jpg', 'photo%20%F0%9F%98%80.jpg'],
    ['\u202egpj.exe', '_gpj.exe', '_gpj.exe'],
    ['half \ud83d of it', 'half _ of it', 'half%20_%20of%20it'],
    [`${'a'.repeat(296)}.txt`, `${'a'.repeat(176)}.txt`, `${'a'.repeat(176)}.txt`],
    ['x'.repeat(300), 'x'.repeat(180), 'x'.repeat(180)],
  ]

  it.each(names)('%o is kept as it is, and never becomes a path', async (name, ascii, encoded) => {
    const { client, dir } = await startHttp()
    const { id } = await client.created({ name, size: 1000, chunkSizeBytes: 1000 })
    await client.sent(id, 0, file)
    const { result } = await client.completed(id)
    expect(result.name).toBe(name)
    const { id: small, result: other } = await client.published(file, { name })
    expect(other.name).toBe(name)
    const response = await client.file(id)
    expect(response.headers.get('content-disposition')).toBe(
      `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`,
    )
    const files = [id, small].flatMap((one) => [
      `files/${one}`,
      `files/${one}/data`,
      `files/${one}/record.json`,
    ])
    if (isOnDisk()) expect(await leftIn(dir)).toEqual(files.sort())
  })
})
