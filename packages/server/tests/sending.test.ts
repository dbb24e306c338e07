import { describe, expect, it } from 'vitest'
import { digestHeader, headerOf, identityOf, sha256Hex, someBytes } from './support/bytes.ts'
import { startServer } from './support/server-fixture.ts'
import { readProblem, type UploadClient } from './support/upload-client.ts'

const CHUNK = 100
const file = someBytes(250)
const other = someBytes(250, 9)

async function open(): Promise<{ client: UploadClient; id: string; dir: string }> {
  const { client, dir } = await startServer()
  const { id } = await client.created({ size: 250, chunkSizeBytes: CHUNK })
  return { client, id, dir }
}

describe('a part', () => {
  it('goes on where the partial of its chunk ends, over the boundaries that follow', async () => {
    const { client, id } = await open()
    expect((await client.sent(id, 0, file.slice(0, 30))).partial).toEqual({ index: 0, bytes: 30 })
    const { chunks, partial } = await client.sent(id, 30, file.slice(30, 220))
    expect(chunks.map(({ index }) => index)).toEqual([0, 1])
    expect(partial).toEqual({ index: 2, bytes: 20 })
    expect(await client.status(id)).toMatchObject({
      landed: [[0, 2]],
      sha256: [sha256Hex(file.slice(0, 100)), sha256Hex(file.slice(100, 200))],
      partial: [{ index: 2, bytes: 20 }],
    })
  })

  it('starts a chunk over when it starts at its first byte', async () => {
    const { client, id } = await open()
    await client.sent(id, 0, other.slice(0, 60))
    expect((await client.sent(id, 0, file.slice(0, 40))).partial).toEqual({ index: 0, bytes: 40 })
    const { chunks } = await client.sent(id, 40, file.slice(40, 100))
    expect(chunks).toEqual([{ index: 0, sha256: sha256Hex(file.slice(0, 100)) }])
  })

  it.each([
    [10, 'inside a chunk of which nothing is there'],
    [31, 'past the end of a partial'],
    [29, 'inside a partial'],
    [150, 'inside another chunk'],
  ])('is refused with what the server has when it starts at %i, %s', async (offset) => {
    const { client, id } = await open()
    await client.sent(id, 0, file.slice(0, 30))
    const { upload } = await readProblem(
      await client.patch(id, offset, file.slice(offset, offset + 20)),
      409,
      'offset-conflict',
    )
    expect(upload).toMatchObject({ id, landed: [], partial: [{ index: 0, bytes: 30 }] })
    expect((await client.status(id)).partial).toEqual([{ index: 0, bytes: 30 }])
  })

  it('is refused past the end of the file', async () => {
    const { client, id } = await open()
    await readProblem(await client.patch(id, 250, file.slice(0, 1)), 416, 'offset-out-of-range')
    await readProblem(await client.patch(id, 300, file.slice(0, 1)), 416, 'offset-out-of-range')
  })

  it('is refused when it goes over the end of the file', async () => {
    const { client, id } = await open()
    const { limit } = await readProblem(await client.patch(id, 200, file.slice(0, 51)), 413, 'body-too-large')
    expect(limit).toBe(50)
    expect((await client.status(id)).partial).toEqual([])
  })

  it.each(['', '-1', '1.5', '1e3', ' ', 'x', '99999999999999999', '0x10', '+1'])(
    'is refused with the offset %o',
    async (offset) => {
      const { client, id } = await open()
      const response = await client.patch(id, 0, file.slice(0, 10), { 'Upload-Offset': offset })
      await readProblem(response, 400, 'invalid-offset')
    },
  )

  it('is refused without a length, and without a byte in it', async () => {
    const { client, id } = await open()
    const bytes = file.slice(0, 10)
    await readProblem(await client.patch(id, 0, bytes, { 'Content-Length': 'many' }), 411, 'length-required')
    await readProblem(await client.patch(id, 0, file.slice(0, 0)), 400, 'length-mismatch')
  })

  it('is refused with another content type, or encoded', async () => {
    const { client, id } = await open()
    for (const headers of [{ 'Content-Type': 'text/plain' }, { 'Content-Encoding': 'gzip' }]) {
      await readProblem(await client.patch(id, 0, file.slice(0, 10), headers), 415, 'unsupported-media-type')
    }
  })

  it('keeps what fits when its body is shorter than declared', async () => {
    const { client, id } = await open()
    const response = await client.patch(id, 0, file.slice(0, 130), { 'Content-Length': '200' })
    await readProblem(response, 400, 'length-mismatch')
    expect(await client.status(id)).toMatchObject({ landed: [[0, 1]], partial: [{ index: 1, bytes: 30 }] })
  })

  it('does not land its last chunk when its body is longer than declared', async () => {
    const { client, id } = await open()
    const response = await client.patch(id, 0, file.slice(0, 101), { 'Content-Length': '100' })
    await readProblem(response, 400, 'length-mismatch')
    expect(await client.status(id)).toMatchObject({ landed: [], partial: [] })
  })

  it('is a part of no bytes for an empty file, and none other', async () => {
    const { client } = await startServer()
    const { id } = await client.created({ size: 0, chunkSizeBytes: CHUNK })
    await readProblem(await client.patch(id, 1, file.slice(0, 0)), 416, 'offset-out-of-range')
    await readProblem(await client.patch(id, 0, file.slice(0, 1)), 413, 'body-too-large')
    const empty = { index: 0, sha256: sha256Hex(new Uint8Array()) }
    expect((await client.sent(id, 0, file.slice(0, 0))).chunks).toEqual([empty])
    expect((await client.sent(id, 0, file.slice(0, 0))).chunks).toEqual([empty])
  })
})

describe('a Content-Digest', () => {
  it('is that of the message, whatever part of the chunks it is', async () => {
    const { client, id } = await open()
    for (const [from, to] of [
      [0, 100],
      [100, 130],
      [130, 250],
    ] as const) {
      const part = file.slice(from, to)
      await client.sent(id, from, part, { 'Content-Digest': `sha-512=:AAAA:, ${digestHeader(part)}` })
    }
    await client.completed(id, identityOf(file, CHUNK))
    expect(await client.bytes(id)).toEqual(file)
  })

  it.each([
    [0, 100],
    [0, 250],
    [0, 40],
    [100, 250],
  ])('that is wrong lands nothing of the bytes %i to %i', async (from, to) => {
    const { client, id } = await open()
    const headers = { 'Content-Digest': digestHeader(other) }
    await readProblem(await client.patch(id, from, file.slice(from, to), headers), 422, 'digest-mismatch')
    expect(await client.status(id)).toMatchObject({ landed: [], partial: [] })
  })

  it('that is wrong leaves the partial before the message as it was', async () => {
    const { client, id } = await open()
    await client.sent(id, 0, file.slice(0, 30))
    for (const end of [60, 100, 230]) {
      const headers = { 'Content-Digest': digestHeader(file) }
      await readProblem(await client.patch(id, 30, other.slice(30, end), headers), 422, 'digest-mismatch')
      expect(await client.status(id)).toMatchObject({ landed: [], partial: [{ index: 0, bytes: 30 }] })
    }
    const { chunks } = await client.sent(id, 30, file.slice(30, 100))
    expect(chunks).toEqual([{ index: 0, sha256: sha256Hex(file.slice(0, 100)) }])
  })

  it.each([
    'x',
    '',
    'sha-256=abc',
    'sha-256=:abc:',
    'md5=:AAAAAAAAAAAAAAAAAAAAAA==:',
    `sha-256=:${'A'.repeat(44)}:`,
    `sha-256=${'A'.repeat(43)}=`,
  ])('that is none is refused before a byte is read: %o', async (value) => {
    const { client, id } = await open()
    for (const name of ['Content-Digest', 'Lading-Replaces']) {
      const response = await client.patch(id, 0, file.slice(0, 10), { [name]: value })
      expect((await readProblem(response, 400, 'invalid-digest')).field).toBe(name)
    }
    expect((await client.status(id)).partial).toEqual([])
  })
})

describe('a landed chunk', () => {
  it('is acknowledged again when the same bytes come again', async () => {
    const { client, id } = await open()
    await client.sent(id, 0, file.slice(0, 100))
    const { chunks } = await client.sent(id, 0, file.slice(0, 200))
    expect(chunks.map(({ sha256 }) => sha256)).toEqual([
      sha256Hex(file.slice(0, 100)),
      sha256Hex(file.slice(100, 200)),
    ])
  })

  it('stays as it is when other bytes come', async () => {
    const { client, id } = await open()
    await client.sent(id, 0, file)
    const problem = await readProblem(
      await client.patch(id, 100, other.slice(100, 200)),
      409,
      'chunk-conflict',
    )
    expect(problem).toMatchObject({ index: 1, sha256: sha256Hex(file.slice(100, 200)) })
    await client.completed(id, identityOf(file, CHUNK))
    expect(await client.bytes(id)).toEqual(file)
  })

  it('is not gone into by a part that does not cover it', async () => {
    const { client, id } = await open()
    await client.sent(id, 0, file.slice(0, 100))
    await readProblem(await client.patch(id, 0, file.slice(0, 50)), 409, 'offset-conflict')
    await readProblem(await client.patch(id, 50, file.slice(50, 120)), 409, 'offset-conflict')
  })

  it('is replaced when the client names the digest it was told', async () => {
    const { client, id } = await open()
    const { chunks } = await client.sent(id, 0, other)
    expect(chunks).toHaveLength(3)
    for (const { index, sha256 } of chunks) {
      const part = file.slice(index * CHUNK, index * CHUNK + CHUNK)
      await client.sent(id, index * CHUNK, part, { 'Lading-Replaces': headerOf(sha256) })
    }
    await client.completed(id, identityOf(file, CHUNK))
    expect(await client.bytes(id)).toEqual(file)
  })

  it('is replaced in several parts', async () => {
    const { client, id } = await open()
    const [first] = (await client.sent(id, 0, other.slice(0, 100))).chunks
    await client.sent(id, 0, file.slice(0, 40), { 'Lading-Replaces': headerOf(first?.sha256 ?? '') })
    expect(await client.status(id)).toMatchObject({ landed: [], partial: [{ index: 0, bytes: 40 }] })
    const { chunks } = await client.sent(id, 40, file.slice(40, 100))
    expect(chunks).toEqual([{ index: 0, sha256: sha256Hex(file.slice(0, 100)) }])
  })

  it('is not replaced when another digest is named, or when more than one chunk is sent', async () => {
    const { client, id } = await open()
    await client.sent(id, 0, file)
    const wrong = { 'Lading-Replaces': digestHeader(other) }
    await readProblem(await client.patch(id, 0, other.slice(0, 100), wrong), 409, 'chunk-conflict')
    await readProblem(await client.patch(id, 0, other.slice(0, 40), wrong), 409, 'offset-conflict')
    const right = { 'Lading-Replaces': digestHeader(file.slice(0, 100)) }
    await readProblem(await client.patch(id, 0, other.slice(0, 200), right), 400, 'invalid-request')
    await client.completed(id, identityOf(file, CHUNK))
  })

  it('acknowledges a replacement that comes again after its answer was lost', async () => {
    const { client, id } = await open()
    await client.sent(id, 0, other.slice(0, 100))
    const headers = { 'Lading-Replaces': digestHeader(other.slice(0, 100)) }
    await client.sent(id, 0, file.slice(0, 100), headers)
    const { chunks } = await client.sent(id, 0, file.slice(0, 100), headers)
    expect(chunks).toEqual([{ index: 0, sha256: sha256Hex(file.slice(0, 100)) }])
  })
})
