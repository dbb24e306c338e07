import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { toNodeListener } from '../../src/index.ts'
import { createS3Signer, type S3SignerOptions } from '../../src/s3.ts'
import { describeFile, mebibyte, signerOf, storeClient } from './support.ts'

const credentials = { accessKeyId: 'a', secretAccessKey: 'a secret' }
const client = storeClient({ endpoint: 'http://127.0.0.1:9', credentials })
const options = { client, bucket: 'b', checksum: false } as const

describe('requests to a signer', () => {
  it.each([
    ['GET', '/s3', undefined, 405, 'method-not-allowed'],
    ['POST', '/s3/', '{}', 404, 'not-found'],
    ['POST', '/s3/other', '{}', 404, 'not-found'],
    ['POST', '/s3/toString', '{}', 404, 'not-found'],
    ['POST', '/elsewhere', '{}', 404, 'not-found'],
    ['POST', '/s3', '{', 400, 'invalid-request'],
    ['POST', '/s3', '[]', 400, 'invalid-request'],
    ['POST', '/s3', '', 400, 'invalid-request'],
    ['POST', '/s3', `{"file":"${'x'.repeat(70_000)}"}`, 413, 'body-too-large'],
    ['POST', '/s3/complete', `{"token":"${'x'.repeat(2 ** 20)}"}`, 413, 'body-too-large'],
    ['POST', '/s3/sign', '{}', 400, 'invalid-request'],
  ])('%s %s %.20s', async (method, path, body, status, code) => {
    const { fetch } = signerOf(options)
    const headers = { 'Content-Type': 'application/json' }
    const answer = await fetch(
      new Request(`http://app.example${path}`, { method, headers, ...(body !== undefined && { body }) }),
    )
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([status, code])
  })

  it('take JSON only', async () => {
    const answer = await signerOf(options).ask('', {}, { 'Content-Type': 'text/plain' })
    expect([answer.status, answer.body['code']]).toEqual([415, 'unsupported-media-type'])
  })

  it.each<[string, object, number, string]>([
    ['no size', { size: undefined }, 400, 'invalid-request'],
    ['a negative size', { size: -1 }, 400, 'invalid-request'],
    ['half a byte', { size: 0.5 }, 400, 'invalid-request'],
    ['an id that is a path', { uploadId: '../../../../etc/passwd' }, 400, 'invalid-request'],
    ['a short id', { uploadId: 'x' }, 400, 'invalid-request'],
    ['a name that is none', { name: 7 }, 400, 'invalid-request'],
    ['a long name', { name: 'x'.repeat(2000) }, 400, 'invalid-request'],
    ['metadata that is a list', { metadata: [] }, 400, 'invalid-request'],
    ['too large a file', { size: 3 * mebibyte, chunkSizeBytes: 3 * mebibyte }, 413, 'file-too-large'],
    ['a type that is not taken', { type: 'text/html' }, 415, 'type-not-allowed'],
    ['no type', { type: '' }, 415, 'type-not-allowed'],
    [
      'a type that would be a header',
      { type: 'image/png\r\nx-amz-acl: public-read' },
      415,
      'type-not-allowed',
    ],
    ['a type with a taken one in it', { type: 'text/html; image/png' }, 415, 'type-not-allowed'],
    ['another number of parts', { count: 2 }, 400, 'invalid-plan'],
    ['parts that are too small', { size: 10, chunkSizeBytes: 5, count: 2 }, 400, 'invalid-plan'],
  ])('refuse %s', async (_what, more, status, code) => {
    const { ask } = signerOf({
      ...options,
      limits: { maxSizeBytes: 2 * mebibyte, types: ['image/*', 'application/pdf'] },
    })
    const answer = await ask('', { file: { ...describeFile(1000), ...more } })
    expect([answer.status, answer.body['code']]).toEqual([status, code])
  })

  it.each([
    ['image/PNG', 'image/png'],
    [' application/pdf ', 'application/pdf'],
    ['image/svg+xml;charset=utf-8', 'image/svg+xml;charset=utf-8'],
  ])('take %s as %s', async (type, expected) => {
    const { ask } = signerOf({ ...options, limits: { types: ['image/*', 'application/pdf'] } })
    const { status, body } = await ask('', { file: { ...describeFile(1000), type } })
    expect([status, body['type']]).toEqual([201, expected])
  })

  it('are answered for pages of other origins where that is wanted', async () => {
    const { fetch, ask } = signerOf({ ...options, cors: { origin: 'https://app.example' } })
    const headers = {
      Origin: 'https://app.example',
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'content-type',
    }
    const preflight = await fetch(new Request('http://s.example/s3', { method: 'OPTIONS', headers }))
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('access-control-allow-origin')).toBe('https://app.example')
    const answer = await ask('', {}, { Origin: 'https://app.example' })
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://app.example')
  })

  it('come through Node as they do through fetch, and others go on to the next', async () => {
    const listener = toNodeListener(createS3Signer(options))
    const server = createServer((request, response) =>
      listener(request, response, () => response.writeHead(418).end()),
    )
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const post = (path: string): Promise<Response> =>
      fetch(origin + path, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ file: describeFile(1000) }),
      })
    expect((await post('/s3')).status).toBe(201)
    expect((await post('/s3x')).status).toBe(418)
  })
})

describe('the options of createS3Signer', () => {
  it.each<[object | undefined, RegExp]>([
    [undefined, /`options`/],
    [{ ...options, client: undefined }, /`client`/],
    [{ ...options, client: {} }, /`client`/],
    [{ ...options, bucket: '' }, /`bucket`/],
    [{ ...options, basePath: '/' }, /`basePath`/],
    [{ ...options, authorize: true }, /`authorize`/],
    [{ ...options, keyFor: 'x' }, /`keyFor`/],
    [{ ...options, limits: { maxSizeBytes: '1' } }, /`limits.maxSizeBytes`/],
    [{ ...options, limits: { types: 'image/*' } }, /`limits.types`/],
    [{ ...options, limits: { types: ['png'] } }, /`limits.types`/],
    [{ ...options, checksum: 'md5' }, /`checksum`/],
    [{ ...options, expiresInSeconds: 0 }, /`expiresInSeconds`/],
    [{ ...options, expiresInSeconds: 604_801 }, /`expiresInSeconds`/],
    [{ ...options, sessionSeconds: -1 }, /`sessionSeconds`/],
    [{ ...options, secret: 'short' }, /`secret`/],
    [{ ...options, cors: { origin: 7 } }, /`cors.origin`/],
  ])('%# are refused by name', (given, message) => {
    expect(() => createS3Signer(given as S3SignerOptions)).toThrow(TypeError)
    expect(() => createS3Signer(given as S3SignerOptions)).toThrow(message)
  })

  it('do not show a secret in the error', () => {
    expect(() => createS3Signer({ ...options, secret: 'hush' })).not.toThrow(/hush/)
  })
})
