import { describe, expect, it } from 'vitest'
import type { WirePublished, WireUpload } from '../src/index.ts'
import { digestHeader, identityOf, someBytes } from './support/bytes.ts'
import { idsIn, isOnDisk, nothingLeftIn, startServer, temporaryFolder } from './support/server-fixture.ts'
import { read, readProblem } from './support/upload-client.ts'

const KEY = 'one-key-for-one-upload'
const bytes = someBytes(1000)

describe('creating an upload', () => {
  it('answers with the resource, and where it is', async () => {
    const { client } = await startServer()
    const response = await client.create({ name: 'a', size: 250, chunkSizeBytes: 100 })
    const upload = await read<WireUpload>(response, 201)
    expect(response.headers.get('location')).toBe(`/uploads/${upload.id}`)
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(upload.id).toMatch(/^[A-Za-z0-9_-]{16,128}$/)
    expect(upload).toMatchObject({
      status: 'open',
      size: 250,
      chunkSizeBytes: 100,
      chunkCount: 3,
      landed: [],
      sha256: [],
      partial: [],
    })
    expect(upload.expiresAt).toBeGreaterThan(Date.now())
  })

  it.each([
    ['no name', { name: undefined }, 'name'],
    ['a name that is a number', { name: 7 }, 'name'],
    ['a name of 2,049 bytes', { name: `${'é'.repeat(1024)}x` }, 'name'],
    ['a type that is a number', { type: 7 }, 'type'],
    ['a type of 256 characters', { type: 'a'.repeat(256) }, 'type'],
    ['no size', { size: undefined }, 'size'],
    ['a negative size', { size: -1 }, 'size'],
    ['half a byte', { size: 1.5 }, 'size'],
    ['a size as text', { size: '10' }, 'size'],
    ['more bytes than can be counted', { size: 2 ** 53 }, 'size'],
    ['no chunk size', { chunkSizeBytes: undefined }, 'chunkSizeBytes'],
    ['chunks of nothing', { chunkSizeBytes: 0 }, 'chunkSizeBytes'],
    ['metadata that are a list', { metadata: [] }, 'metadata'],
    ['metadata that are null', { metadata: null }, 'metadata'],
    ['metadata 33 deep', { metadata: nested(33) }, 'metadata'],
  ])('is refused with %s', async (_what, change, field) => {
    const { client, dir } = await startServer()
    const body = JSON.stringify({ name: 'a', size: 10, chunkSizeBytes: 10, ...change })
    const problem = await readProblem(await client.create(body), 400, 'invalid-request')
    expect(problem.field).toBe(field)
    await nothingLeftIn(dir)
  })

  it.each([
    ['no JSON', 'what?'],
    ['half of some JSON', '{"name":"a","si'],
    ['a list', '[]'],
    ['null', 'null'],
    ['text', '"a"'],
    ['nothing', ''],
    ['bytes that are no UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
    ['brackets without end', '['.repeat(50_000)],
  ])('is refused when the body is %s', async (_what, body) => {
    const { client, dir } = await startServer()
    await readProblem(await client.create(body), 400, 'invalid-request')
    await nothingLeftIn(dir)
  })

  it('is refused when the JSON is huge', async () => {
    const { client } = await startServer()
    const body = JSON.stringify({
      name: 'a',
      size: 1,
      chunkSizeBytes: 1,
      metadata: { a: 'x'.repeat(200_000) },
    })
    await readProblem(await client.create(body), 413, 'body-too-large')
  })

  it.each([
    ['file-too-large', { size: 1001 }, 1000],
    ['chunk-too-large', { chunkSizeBytes: 8 * 1024 ** 2 + 1 }, 8 * 1024 ** 2],
    ['metadata-too-large', { metadata: { a: 'x'.repeat(100) } }, 100],
  ] as const)('is refused as %s over a limit', async (code, change, limit) => {
    const limits = { maxFileSizeBytes: 1000, maxChunkSizeBytes: 8 * 1024 ** 2, maxMetadataBytes: 100 }
    const { client } = await startServer({ limits })
    const response = await client.create({ name: 'a', size: 10, chunkSizeBytes: 10, ...change })
    expect((await readProblem(response, 413, code)).limit).toBe(limit)
  })

  it('is refused with 10,001 chunks and not with 10,000', async () => {
    const { client } = await startServer()
    const response = await client.create({ name: 'a', size: 100_001, chunkSizeBytes: 10 })
    expect((await readProblem(response, 400, 'too-many-chunks')).limit).toBe(10_000)
    expect((await client.created({ name: 'a', size: 100_000, chunkSizeBytes: 10 })).chunkCount).toBe(10_000)
  })

  it.each(['', 'short', 'x'.repeat(129), 'a key with spaces in', 'schlüssel-schlüssel'.replaceAll('ü', '%')])(
    'is refused with the key %o',
    async (key) => {
      const { client } = await startServer()
      const response = await client.create({ name: 'a', size: 1, chunkSizeBytes: 1 }, key)
      await readProblem(response, 400, 'invalid-idempotency-key')
      await readProblem(await client.createWhole(bytes, {}, key), 400, 'invalid-idempotency-key')
    },
  )

  it('is refused with another content type', async () => {
    const { client } = await startServer()
    const headers = { 'Content-Type': 'text/plain' }
    await readProblem(await client.create('{}', KEY, headers), 415, 'unsupported-media-type')
  })
})

describe('the same key again', () => {
  it('is the same upload, as it is by now', async () => {
    const { client, dir } = await startServer()
    const description = { name: 'a', size: 1000, chunkSizeBytes: 600, metadata: { b: [1, { c: 2, d: 3 }] } }
    const first = await client.created(description, KEY)
    await client.sent(first.id, 0, bytes.slice(0, 600))
    const again = `{"metadata":{"b":[1,{"d":3,"c":2}]},"chunkSizeBytes":6e2, "size":1000,"name":"a","type":""}`
    const response = await client.create(again, KEY)
    const second = await read<WireUpload>(response, 200)
    expect(second).toMatchObject({ id: first.id, landed: [[0, 1]] })
    expect(response.headers.get('location')).toBe(`/uploads/${first.id}`)
    expect(await idsIn(dir, 'open')).toEqual([first.id])
  })

  it('has the result once it is completed', async () => {
    const { client } = await startServer()
    const description = { name: 'a', size: 1000, chunkSizeBytes: 600 }
    const { id } = await client.created(description, KEY)
    await client.sent(id, 0, bytes)
    const { result } = await client.completed(id)
    expect(await read(await client.create(description, KEY), 200)).toEqual({
      id,
      status: 'completed',
      size: 1000,
      chunkSizeBytes: 600,
      chunkCount: 2,
      landed: [[0, 2]],
      sha256: [],
      partial: [],
      expiresAt: null,
      result,
    })
  })

  it.each([{ name: 'b' }, { type: 'a/b' }, { size: 999 }, { chunkSizeBytes: 601 }, { metadata: { b: 2 } }])(
    'is refused for another upload: %o',
    async (change) => {
      const { client } = await startServer()
      const description = { name: 'a', size: 1000, chunkSizeBytes: 600, metadata: { b: 1 } }
      await client.created(description, KEY)
      const response = await client.create({ ...description, ...change }, KEY)
      await readProblem(response, 422, 'idempotency-mismatch')
    },
  )

  it('is one upload when both come at once', async () => {
    const { client } = await startServer()
    const description = { name: 'a', size: 1000, chunkSizeBytes: 600 }
    const responses = await Promise.all(Array.from({ length: 5 }, () => client.create(description, KEY)))
    expect(responses.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 201])
    const uploads = await Promise.all(responses.map((response) => response.json()))
    expect(new Set(uploads.map(({ id }) => id)).size).toBe(1)
  })

  it('is another upload after the first was aborted or its file removed', async () => {
    const { client } = await startServer()
    const description = { name: 'a', size: 1000, chunkSizeBytes: 1000 }
    const first = await client.created(description, KEY)
    await client.abort(first.id)
    const second = await client.created(description, KEY)
    await client.sent(second.id, 0, bytes)
    await client.completed(second.id)
    await client.removeFile(second.id)
    const third = await client.created(description, KEY)
    expect(new Set([first.id, second.id, third.id]).size).toBe(3)
  })
})

describe('a file in one request', () => {
  it('is written once when it comes again, and the answer is the same', async () => {
    const { client, dir } = await startServer()
    const first = await read<WirePublished>(await client.createWhole(bytes, {}, KEY), 201)
    const second = await read<WirePublished>(await client.createWhole(bytes, {}, KEY), 200)
    expect(second).toEqual(first)
    expect((await client.status(first.id)).result).toEqual(first.result)
    expect(await idsIn(dir, 'files')).toEqual([first.id])
    expect(await idsIn(dir, 'open')).toEqual([])
  })

  it('is refused under a key of another description, other bytes or the other form', async () => {
    const { client } = await startServer()
    await read(await client.createWhole(bytes, {}, KEY), 201)
    const others = [
      await client.createWhole(bytes, { name: 'b' }, KEY),
      await client.createWhole(someBytes(1000, 2), {}, KEY),
      await client.create({ name: 'file.bin', size: 1000, chunkSizeBytes: 1024 * 1024 }, KEY),
    ]
    for (const response of others) await readProblem(response, 422, 'idempotency-mismatch')
    await client.created({ size: 1000, chunkSizeBytes: 1024 * 1024 }, `${KEY}-2`)
    await readProblem(await client.createWhole(bytes, {}, `${KEY}-2`), 422, 'idempotency-mismatch')
  })

  it.each([
    ['without a digest', { 'Content-Digest': '' }, 400, 'invalid-digest'],
    ['with a digest that is none', { 'Content-Digest': 'sha-256=abc' }, 400, 'invalid-digest'],
    [
      'with the digest of other bytes',
      { 'Content-Digest': digestHeader(someBytes(1)) },
      422,
      'digest-mismatch',
    ],
    ['without a description', { 'Lading-Upload': '' }, 400, 'invalid-request'],
    ['with a description that is not base64url', { 'Lading-Upload': '{"a":1}' }, 400, 'invalid-request'],
    ['with a description that is no JSON', { 'Lading-Upload': 'AAAA' }, 400, 'invalid-request'],
    ['with a description that is too long', { 'Lading-Upload': 'A'.repeat(8193) }, 431, 'header-too-large'],
    ['without a length', { 'Content-Length': 'x' }, 411, 'length-required'],
    ['with a body shorter than the file', { 'Content-Length': '999' }, 400, 'length-mismatch'],
    ['encoded', { 'Content-Encoding': 'br' }, 415, 'unsupported-media-type'],
  ] as const)('is refused %s, and nothing is kept', async (_what, headers, status, code) => {
    const { client, dir } = await startServer()
    await readProblem(await client.createWhole(bytes, {}, KEY, headers), status, code)
    await nothingLeftIn(dir)
  })

  it('is refused when it is more than one chunk', async () => {
    const { client } = await startServer()
    const problem = await readProblem(
      await client.createWhole(bytes, { chunkSizeBytes: 999 }),
      400,
      'invalid-request',
    )
    expect(problem.field).toBe('size')
  })

  it('leaves nothing when its body ends early', async () => {
    const { client, dir } = await startServer()
    const response = await client.createWhole(bytes.slice(0, 500), { size: 1000 }, KEY, {
      'Content-Length': '1000',
    })
    await readProblem(response, 400, 'length-mismatch')
    await nothingLeftIn(dir)
  })
})

describe('a restart', () => {
  it('remembers keys, what landed and what was completed', async () => {
    const dir = await temporaryFolder()
    const description = { name: 'a', size: 1000, chunkSizeBytes: 300 }
    const { client, server } = await startServer({ dir })
    const { id } = await client.created(description, KEY)
    await client.sent(id, 300, bytes.slice(300, 700))
    const whole = await read<WirePublished>(await client.createWhole(bytes, {}, `${KEY}-2`), 201)
    await server.close()

    const { client: later, server: second } = await startServer({ dir })
    expect(await read(await later.create(description, KEY), 200)).toMatchObject({
      id,
      landed: [[1, 1]],
      partial: isOnDisk() ? [] : [{ index: 2, bytes: 100 }],
    })
    expect(await read(await later.createWhole(bytes, {}, `${KEY}-2`), 200)).toEqual(whole)
    await later.sent(id, 0, bytes)
    const { result } = await later.completed(id, identityOf(bytes, 300))
    await second.close()

    const { client: last } = await startServer({ dir })
    expect((await last.completed(id, identityOf(bytes, 300))).result).toEqual(result)
    expect(await read(await last.create(description, KEY), 200)).toMatchObject({
      id,
      status: 'completed',
      result,
    })
    expect(await last.bytes(id)).toEqual(bytes)
  })
})

function nested(depth: number): object {
  let value: object = {}
  for (let level = 0; level < depth; level += 1) value = { value }
  return value
}
