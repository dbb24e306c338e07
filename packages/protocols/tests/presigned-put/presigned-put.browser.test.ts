import { createUploader } from '@lading/core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { presignedPut } from '../../src/presigned-put/index.ts'

interface Created {
  readonly url: string
  readonly signed: { readonly url: string; readonly headers: Readonly<Record<string, string>> }
}

const isThere = (await fetch('/s3-tests/seen')).status !== 503
if (!isThere) console.warn('LADING_TEST_S3 names no S3 engine: tests on a real store are skipped')

describe.skipIf(!isThere)('presignedPut from a page to a real store of another origin', () => {
  it.each([
    ['a byte', 1],
    ['a megabyte', 1_000_000],
  ])('stores %s, and shows the store nothing of the app', async (_what, size) => {
    await cookieStore.set('session', 'secret')
    await fetch('/s3-tests/seen')
    const uploader = createUploader({
      protocol: presignedPut({
        checksum: 'sha-256',
        async sign({ uploadId, name, type, size, sha256 }, ctx) {
          const file = { uploadId, name, type, size, chunkSizeBytes: Math.max(1, size), count: 1 }
          const value = { file, ...(sha256 !== undefined && { sha256 }) }
          const reply = await ctx.request({
            method: 'POST',
            url: '/s3-tests/recorded',
            body: { kind: 'json', value },
          })
          const { url, signed } = reply.json() as Created
          return { ...signed, result: { url } }
        },
      }),
      headers: { Authorization: 'Bearer secret' },
    })
    onTestFinished(() => uploader.dispose())
    const bytes = new Uint8Array(size).map((_, at) => at % 251)
    const { settled } = await uploader.add(new File([bytes], 'page.bin', { type: 'application/x-page' }))
    const [outcome] = await settled
    const { seen } = (await (await fetch('/s3-tests/seen')).json()) as { seen: { method: string }[] }
    expect(seen.filter(({ method }) => method === 'PUT')).toHaveLength(1)
    expect(JSON.stringify(seen)).not.toContain('secret')
    if (outcome?.how !== 'uploaded') throw new Error('not uploaded')
    const stored = await fetch(outcome.result.url)
    expect(stored.headers.get('content-type')).toBe('application/x-page')
    expect(new Uint8Array(await stored.arrayBuffer())).toEqual(bytes)
  })
})
