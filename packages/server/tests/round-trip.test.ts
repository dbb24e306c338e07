import { describe, expect, it } from 'vitest'
import type { WirePublished } from '../src/index.ts'
import { chunksOf, identityOf, sha256Hex, someBytes } from './support/bytes.ts'
import { startHttp, startServer } from './support/server-fixture.ts'
import { read, type UploadClient } from './support/upload-client.ts'

const CHUNK = 64 * 1024

const ways: readonly (readonly [string, () => Promise<{ client: UploadClient }>])[] = [
  ['fetch', () => startServer()],
  ['a Node listener', () => startHttp()],
]

const sizes = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 5 * CHUNK + 17]

describe.each(ways)('a file through %s', (_name, start) => {
  it.each(sizes)(
    'comes back byte for byte when it is %i bytes in chunks sent at once, last first',
    async (size) => {
      const { client } = await start()
      const bytes = someBytes(size)
      const { id, chunkCount } = await client.created({ size, chunkSizeBytes: CHUNK, type: 'image/png' })
      const chunks = chunksOf(bytes, CHUNK)
      expect(chunkCount).toBe(chunks.length)
      const sent = await Promise.all(
        [...chunks.entries()].reverse().map(([index, chunk]) => client.sent(id, index * CHUNK, chunk)),
      )
      const acknowledged = sent.flatMap((answer) => answer.chunks).sort((a, b) => a.index - b.index)
      expect(acknowledged).toEqual(chunks.map((chunk, index) => ({ index, sha256: sha256Hex(chunk) })))
      const digest = identityOf(bytes, CHUNK)
      const { result } = await client.completed(id, digest)
      expect(result).toEqual({
        id,
        name: 'file.bin',
        size,
        type: 'image/png',
        digest,
        url: `/uploads/files/${id}`,
      })
      expect(Buffer.compare(await client.bytes(id), bytes)).toBe(0)
    },
  )

  it('comes back byte for byte when one request carries all of its chunks', async () => {
    const { client } = await start()
    const bytes = someBytes(3 * CHUNK + 5)
    const { id } = await client.created({ size: bytes.byteLength, chunkSizeBytes: CHUNK })
    const { chunks, partial } = await client.sent(id, 0, bytes)
    expect(chunks).toEqual(
      chunksOf(bytes, CHUNK).map((chunk, index) => ({ index, sha256: sha256Hex(chunk) })),
    )
    expect(partial).toBeNull()
    await client.completed(id, identityOf(bytes, CHUNK))
    expect(Buffer.compare(await client.bytes(id), bytes)).toBe(0)
  })

  it('comes back byte for byte when every request stops inside a chunk', async () => {
    const { client } = await start()
    const bytes = someBytes(2 * CHUNK + 100)
    const { id } = await client.created({ size: bytes.byteLength, chunkSizeBytes: CHUNK })
    const step = 10_007
    for (let offset = 0; offset < bytes.byteLength; offset += step) {
      const end = Math.min(offset + step, bytes.byteLength)
      const { partial } = await client.sent(id, offset, bytes.slice(offset, end))
      const index = Math.floor(end / CHUNK)
      expect(partial).toEqual(end === bytes.byteLength ? null : { index, bytes: end - index * CHUNK })
    }
    await client.completed(id, identityOf(bytes, CHUNK))
    expect(Buffer.compare(await client.bytes(id), bytes)).toBe(0)
  })

  it.each([0, 1, 1000])('comes back byte for byte when it is %i bytes in one request', async (size) => {
    const { client } = await start()
    const bytes = someBytes(size)
    const response = await client.createWhole(bytes, {
      chunkSizeBytes: CHUNK,
      name: 'a.txt',
      type: 'text/plain',
    })
    const { id, result } = await read<WirePublished>(response, 201)
    const digest = identityOf(bytes, CHUNK)
    expect(result).toEqual({
      id,
      name: 'a.txt',
      size,
      type: 'text/plain',
      digest,
      url: `/uploads/files/${id}`,
    })
    expect(response.headers.get('location')).toBe(result.url)
    expect(Buffer.compare(await client.bytes(id), bytes)).toBe(0)
  })

  it('tells its limits to whoever asks', async () => {
    const { client } = await start()
    const response = await client.send('/uploads', { method: 'OPTIONS', headers: {} })
    expect(await read(response, 200)).toEqual({
      protocol: 'lading',
      version: 1,
      limits: {
        maxFileSizeBytes: 512 * 1024 ** 3,
        maxChunkSizeBytes: 64 * 1024 ** 2,
        maxChunkCount: 10_000,
        maxMetadataBytes: 4096,
        maxNameBytes: 2048,
        expiresAfterMs: 7 * 24 * 60 * 60 * 1000,
      },
    })
  })
})
