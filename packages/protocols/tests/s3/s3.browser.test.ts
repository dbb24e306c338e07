import { createUploader, type Uploader } from '@lading/core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type S3Result, s3 } from '../../src/s3/index.ts'
import type { StoreTests } from './support/store-tests-plugin.ts'

const mebibyte = 1024 * 1024
const isThere = (await fetch('/s3-tests/seen')).status !== 503
if (!isThere) console.warn('LADING_TEST_S3 names no S3 engine: tests on a real store are skipped')

type Options = Omit<Parameters<typeof createUploader>[0], 'endpoint' | 'protocol'>

function uploaderTo(endpoint: string, options: Options = {}): Uploader<S3Result> {
  const uploader = createUploader({
    protocol: s3({ endpoint, singlePutBytes: mebibyte }),
    chunkSizeBytes: 5 * mebibyte,
    retry: { baseDelayMs: 1, maxDelayMs: 50 },
    ...options,
  })
  onTestFinished(() => uploader.dispose())
  return uploader
}

function randomFile(size: number, name = 'page.bin'): File {
  const bytes = new Uint8Array(size)
  for (let at = 0; at < size; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536))
  return new File([bytes], name, { type: 'application/x-page' })
}

async function sha256(blob: Blob): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', await blob.arrayBuffer())
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

async function seenByTheBucket(): Promise<StoreTests['seen']> {
  const { seen } = (await (await fetch('/s3-tests/seen')).json()) as StoreTests
  return seen
}

async function expectStored(outcome: unknown, file: File): Promise<void> {
  const { how, result } = outcome as { how: string; result: S3Result }
  expect(how).toBe('uploaded')
  const answer = await fetch(result.url)
  expect(await sha256(await answer.blob())).toBe(await sha256(file))
}

describe.skipIf(!isThere)('s3 from a page to a real store of another origin', () => {
  it.each([
    ['nothing', 0],
    ['a file of one PUT', 100_000],
    ['a file of parts', 11 * mebibyte],
  ])('stores %s, and shows the bucket nothing of the app', async (_what, size) => {
    // the proxy before the bucket is on the page's own host, and hosts share cookies over ports
    await cookieStore.set('session', 'secret')
    await seenByTheBucket()
    const uploader = uploaderTo('/s3-tests/recorded', { headers: { Authorization: 'Bearer secret' } })
    uploader.use({ beforeChunk: () => ({ headers: { 'X-Hook': 'secret' }, fields: { hook: 'secret' } }) })
    const file = randomFile(size)
    const { settled } = await uploader.add(file)
    const [outcome] = await settled
    const puts = (await seenByTheBucket()).filter(({ method }) => method === 'PUT')
    // an empty one is stored by the signer
    expect(puts).toHaveLength(size > mebibyte ? 3 : Math.min(1, size))
    for (const { headers, url } of puts) {
      expect(headers.authorization).toBeUndefined()
      expect(headers.cookie).toBeUndefined()
      expect(JSON.stringify([headers, url])).not.toContain('secret')
    }
    await expectStored(outcome, file)
  })

  it('has a part that changed on its way refused, and sends it again', async () => {
    await seenByTheBucket()
    await fetch('/s3-tests/flip')
    const file = randomFile(11 * mebibyte)
    const { settled } = await uploaderTo('/s3-tests/recorded').add(file)
    await expectStored((await settled)[0], file)
    const puts = (await seenByTheBucket()).filter(({ method }) => method === 'PUT')
    expect(puts).toHaveLength(4)
  })

  it('stores what stories send', async () => {
    const file = randomFile(6 * mebibyte)
    const { settled } = await uploaderTo('/s3').add(file)
    await expectStored((await settled)[0], file)
  })

  it('goes on after a pause', async () => {
    const uploader = uploaderTo('/s3-tests/recorded', { concurrency: { requests: 2 } })
    const file = randomFile(25 * mebibyte)
    let landings = 0
    uploader.on('landed', () => {
      landings++
      if (landings === 2) uploader.pause()
    })
    const { added, settled } = await uploader.add(file)
    await expect.poll(() => added[0]?.state.get().status, { timeout: 20_000 }).toBe('paused')
    uploader.resume()
    await expectStored((await settled)[0], file)
  })

  it('names the header to expose where the ETag of a part is hidden', async () => {
    const { settled } = await uploaderTo('/s3-tests/hidden').add(randomFile(11 * mebibyte))
    expect(await settled).toMatchObject([
      {
        how: 'failed',
        error: {
          code: 'bad-response',
          message: expect.stringContaining('Access-Control-Expose-Headers: ETag'),
        },
      },
    ])
  })

  it('does without the ETag where the file is one PUT', async () => {
    const file = randomFile(1000)
    const { settled } = await uploaderTo('/s3-tests/hidden').add(file)
    const [outcome] = await settled
    await expectStored(outcome, file)
    expect(outcome).toMatchObject({ result: { etag: expect.stringMatching(/^[0-9a-f]{32}$/) } })
  })
})

describe('the signer that stories use', () => {
  it('answers, or says that there is no store', async () => {
    const answer = await fetch('/s3', { method: 'POST' })
    expect(answer.status).toBe(isThere ? 415 : 503)
    expect(await answer.json()).toMatchObject({ code: isThere ? 'unsupported-media-type' : 'no-engine' })
  })
})
