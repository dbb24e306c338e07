import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Uploader } from '@lading/core'
import { createUploader } from '@lading/core'
import type { ProtocolContext, Reply } from '@lading/core/engine'
import { noiseFile } from '@lading/test-kit'
import { describe, expect, expectTypeOf, it, onTestFinished, vi } from 'vitest'
import { type TusResult, tus } from '../../src/tus/index.ts'
import { rewrite } from './misbehaviour.ts'
import { startTusServer, type TusServerOptions } from './tus-server.ts'
import { chunkSizeBytes, errorOf, resultOf, smallServer, uploadBy, uploaderBy } from './upload-by-tus.ts'

const file = noiseFile('file.bin', 3 * chunkSizeBytes + 5)

async function server(options: TusServerOptions = {}) {
  const started = await startTusServer(options)
  onTestFinished(() => started.close())
  return started
}

/** A context that makes requests and nothing else. */
function plainContext(): ProtocolContext {
  return {
    signal: new AbortController().signal,
    now: () => 0,
    file: { uploadId: 'u'.repeat(32), name: 'a', size: 10, type: '', metadata: {} },
    plan: { size: 10, chunkSizeBytes: 10, count: 1 },
    request: async ({ method, url, headers = {}, accept = (status) => status < 300 }) => {
      const { status, headers: answered } = await fetch(url, { method, headers })
      const reply: Reply = { status, url, text: '', header: (name) => answered.get(name), json: () => null }
      if (!accept(status, reply)) throw new Error(`${status}`)
      return reply
    },
  }
}

describe('when an upload expires', () => {
  it('is told when it is opened, and what it is kept as survives a reload', async () => {
    const { endpoint } = await server({ expiresAfterMs: 3_600_000 })
    const protocol = tus({ endpoint })
    const before = Date.now()
    const opened = await protocol.open(plainContext(), {})
    if (!('session' in opened)) throw new Error('It was not opened')
    expect(opened.expiresAtMs).toBeGreaterThan(before + 3_500_000)
    expect(JSON.parse(JSON.stringify(opened.session))).toEqual(opened.session)
  })

  it('is told when it is asked for, by a server that says so', async () => {
    const { endpoint } = await smallServer({
      misbehave: rewrite('HEAD', (headers) => {
        headers['Upload-Expires'] = 'Sun, 22 Nov 2026 12:00:00 GMT'
      }),
    })
    const protocol = tus({ endpoint })
    const opened = await protocol.open(plainContext(), {})
    if (!('session' in opened)) throw new Error('It was not opened')
    expect(await protocol.landed?.(plainContext(), opened.session)).toMatchObject({
      ranges: [[0, 0]],
      expiresAtMs: Date.UTC(2026, 10, 22, 12),
    })
  })
})

describe('an upload that has expired on the published server', () => {
  it('begins afresh, and says why', async () => {
    const { endpoint, dir, read } = await server({ expiresAfterMs: 60_000 })
    const uploader = uploaderBy({ endpoint }, { concurrency: { requests: 1, files: 1 } })
    const restarted = vi.fn()
    uploader.on('restarted', ({ reason }) => restarted(reason))
    uploader.on('landed', () => restarted.mock.calls.length === 0 && uploader.pause())
    const { added, settled } = await uploader.add(file)
    await vi.waitFor(() => expect(added[0]?.state.get().status).toBe('paused'), { timeout: 20_000 })
    const [record = ''] = (await readdir(dir)).filter((name) => name.endsWith('.json'))
    const upload = JSON.parse(await readFile(join(dir, record), 'utf8')) as object
    const longAgo = { ...upload, creation_date: '2020-01-01T00:00:00.000Z' }
    await writeFile(join(dir, record), JSON.stringify(longAgo))
    uploader.resume()
    const [outcome] = await settled
    if (!outcome) throw new Error('The file was not added')
    expect(restarted.mock.calls).toEqual([['expired']])
    const { bytes } = await read(resultOf(outcome))
    expect(Buffer.compare(bytes, new Uint8Array(await file.arrayBuffer()))).toBe(0)
  })
})

describe('the result', () => {
  it('has what the server said when the last byte was there', async () => {
    const { endpoint } = await server({
      onUploadFinish: async () => ({ status_code: 200, body: '{"id":7}', headers: { 'X-Stored-As': 'a/b' } }),
    })
    const { outcome } = await uploadBy({ endpoint, resultHeaders: ['X-Stored-As', 'X-Other'] }, file)
    expect(resultOf(outcome)).toEqual({
      url: expect.stringMatching(/\/files\/[0-9a-f]{32}$/),
      name: 'file.bin',
      size: file.size,
      type: 'application/octet-stream',
      answer: '{"id":7}',
      headers: { 'X-Stored-As': 'a/b' },
    })
  })

  it('has it of an empty file too, which is whole when it is created', async () => {
    const { endpoint } = await server({ onUploadFinish: async () => ({ body: 'stored' }) })
    const { outcome } = await uploadBy({ endpoint }, new File([], 'empty'))
    expect(resultOf(outcome)).toMatchObject({ size: 0, answer: 'stored' })
  })

  it('is typed, by itself and as the app makes it', async () => {
    const { endpoint } = await server()
    const own = tus({ endpoint, parseResult: async ({ url, size }) => ({ key: url.length, size }) })
    const uploader = createUploader({ protocol: own, chunkSizeBytes })
    onTestFinished(() => uploader.dispose())
    expectTypeOf(uploader).toEqualTypeOf<Uploader<{ key: number; size: number }>>()
    expectTypeOf(createUploader({ protocol: tus({ endpoint }) })).toEqualTypeOf<Uploader<TusResult>>()
    const { settled } = await uploader.add(file)
    expect(await settled).toMatchObject([{ result: { key: endpoint.length + 33, size: file.size } }])
    expect(own.remove).toBeUndefined()
  })

  it('comes with metadata of the app that is typed too', async () => {
    const { endpoint, read, dir } = await server()
    const protocol = tus<{ album: string }>({
      endpoint,
      metadata: ({ name, metadata }) => ({ filename: name, folder: metadata.album }),
    })
    const uploader = createUploader({ protocol })
    onTestFinished(() => uploader.dispose())
    expectTypeOf(uploader).toEqualTypeOf<Uploader<TusResult, { album: string }>>()
    const { settled } = await uploader.add(file, { metadata: { album: 'Été' } })
    const [outcome] = await settled
    if (outcome?.how !== 'uploaded') throw new Error('It was not uploaded')
    expect((await read(outcome.result)).name).toBe('file.bin')
    const record = `${outcome.result.url.split('/').at(-1)}.json`
    const { metadata } = JSON.parse(await readFile(join(dir, record), 'utf8')) as { metadata: object }
    expect(metadata).toEqual({ filename: 'file.bin', folder: 'Été' })
  })

  it('that the app cannot read fails the upload', async () => {
    const { endpoint } = await server()
    const parseResult = ({ answer }: TusResult): unknown => JSON.parse(answer)
    const uploader = createUploader({ protocol: tus({ endpoint, parseResult }) })
    onTestFinished(() => uploader.dispose())
    const { settled } = await uploader.add(file)
    expect(await settled).toMatchObject([{ how: 'failed', error: { code: 'bad-response' } }])
  })

  it('can be deleted by its URL, more than once', async () => {
    const { endpoint, holdings } = await server()
    const { outcome } = await uploadBy({ endpoint }, file)
    const { remove } = tus({ endpoint })
    const ctx = plainContext()
    await remove?.(ctx, resultOf(outcome))
    expect(await holdings()).toEqual({ finished: 0, unfinished: 0 })
    await remove?.(ctx, resultOf(outcome))
  })
})

describe('a file over the limit of the published server', () => {
  it.each([
    ['which it tells when asked', true, ['OPTIONS']],
    ['which it tells of the creation', false, ['POST']],
  ])('%s, is too large before anything of it is sent', async (_, checksum, methods) => {
    const { endpoint, seen } = await server({ maxSize: 1000 })
    const { outcome } = await uploadBy({ endpoint, checksum }, file)
    expect(errorOf(outcome)).toMatchObject({ code: 'too-large', retryable: false })
    expect(seen.map(({ method }) => method)).toEqual(methods)
  })
})
