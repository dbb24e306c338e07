import { createReadStream } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { Upload, type UploadOptions } from 'tus-js-client'
import { describe, expect, it } from 'vitest'
import type { Completed } from '../../src/index.ts'
import { sha256Hex, someBytes } from '../support/bytes.ts'
import { nothingLeftIn, startHttp } from '../support/server-fixture.ts'
import { onDisk } from '../support/storage-under-test.ts'
import { idOf } from './support/tus-client.ts'

const MiB = 1024 * 1024
const file = Buffer.from(someBytes(19 * MiB + 3))

async function start() {
  const completed: Completed[] = []
  const started = await startHttp({ tus: true, onComplete: (one) => void completed.push(one) })
  return { ...started, completed, endpoint: `http://127.0.0.1:${started.port}/uploads` }
}

/** Uploads to the end; the answer is where the file is, as the last answer has told. */
function upload(
  input: ConstructorParameters<typeof Upload>[0],
  options: UploadOptions,
): Promise<{ upload: Upload; result: string }> {
  return new Promise((resolve, reject) => {
    const one = new Upload(input, {
      retryDelays: [0, 100, 1000],
      ...options,
      onError: reject,
      onSuccess: ({ lastResponse }) =>
        resolve({ upload: one, result: lastResponse.getHeader('Lading-Result') ?? '' }),
    })
    one.start()
  })
}

describe('tus-js-client in Node', () => {
  it.each([
    ['in one PATCH', {}],
    ['in PATCHes smaller than a chunk', { chunkSize: 5 * MiB }],
    ['in PATCHes larger than a chunk', { chunkSize: 9 * MiB }],
    ['with the POST', { uploadDataDuringCreation: true }],
    ['partly with the POST', { uploadDataDuringCreation: true, chunkSize: 5 * MiB }],
    ['by POST alone', { overridePatchMethod: true, chunkSize: 10 * MiB }],
  ])('uploads %s', async (_what, options) => {
    const { endpoint, client, completed } = await start()
    const metadata = { filename: 'grüße.bin', filetype: 'video/mp4', album: '七' }
    const { upload: one, result } = await upload(file, { endpoint, metadata, ...options })
    const id = idOf(one.url ?? '')
    expect(result).toBe(`/uploads/files/${id}`)
    expect(sha256Hex(await client.bytes(id))).toBe(sha256Hex(file))
    expect(completed).toMatchObject([
      { result: { name: 'grüße.bin', type: 'video/mp4' }, metadata: { album: '七' } },
    ])
  })

  it('uploads an empty file', async () => {
    const { endpoint, client } = await start()
    const { result } = await upload(Buffer.alloc(0), { endpoint })
    expect((await client.bytes(idOf(result))).byteLength).toBe(0)
  })

  it('uploads what it reads from the disk, and from a stream', async () => {
    const { endpoint, client } = await start()
    const path = join(await onDisk.newPlace(), 'file')
    await writeFile(path, file)
    const read = await upload(createReadStream(path), { endpoint })
    expect(sha256Hex(await client.bytes(idOf(read.result)))).toBe(sha256Hex(file))
    const stream = Readable.from(file, { objectMode: false })
    const options = { endpoint, chunkSize: 4 * MiB, uploadSize: file.byteLength }
    const streamed = await upload(stream, options)
    expect(sha256Hex(await client.bytes(idOf(streamed.result)))).toBe(sha256Hex(file))
  })

  it('goes on after an abort in the middle of a PATCH, at once and with another object', async () => {
    const { endpoint, client } = await start()
    const aborted = await new Promise<Upload>((resolve, reject) => {
      const one = new Upload(file, {
        endpoint,
        onError: reject,
        onProgress: (sent) => {
          if (sent > 4 * MiB) void one.abort().then(() => resolve(one))
        },
      })
      one.start()
    })
    const url = aborted.url ?? ''
    const methods: string[] = []
    const { result } = await upload(file, {
      endpoint,
      uploadUrl: url,
      onBeforeRequest: (request) => void methods.push(request.getMethod()),
    })
    expect(methods[0]).toBe('HEAD')
    expect(methods).not.toContain('POST')
    expect(sha256Hex(await client.bytes(idOf(result)))).toBe(sha256Hex(file))
    expect(idOf(result)).toBe(idOf(url))
  })

  it('starts afresh when the upload is gone', async () => {
    const { endpoint, client } = await start()
    const gone = `${endpoint}/${'0'.repeat(33)}`
    const { upload: one, result } = await upload(file, { endpoint, uploadUrl: gone })
    expect(one.url).not.toBe(gone)
    expect(sha256Hex(await client.bytes(idOf(result)))).toBe(sha256Hex(file))
  })

  it('terminates an upload', async () => {
    const { endpoint, client, dir } = await start()
    const { upload: one } = await upload(file, { endpoint })
    await one.abort(true)
    expect((await client.get(idOf(one.url ?? ''))).status).toBe(404)
    await nothingLeftIn(dir)
  })

  it.each([
    ['parallel uploads', { parallelUploads: 2 }, 'Upload-Concat'],
    ['a length for later', { uploadLengthDeferred: true, chunkSize: MiB }, 'Upload-Defer-Length'],
  ])('is told clearly that there are no %s', async (_what, options, field) => {
    const { endpoint, completed } = await start()
    await expect(upload(file, { endpoint, ...options })).rejects.toThrow(field)
    expect(completed).toEqual([])
  })
})
