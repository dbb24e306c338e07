import { describe, expect, it } from 'vitest'
import { backendError, type FakeStore, fakeStore, type Refusal } from './support/fake-store.ts'
import { randomFile } from './support/signing.ts'

const mebibyte = 1024 * 1024
const whole = { how: 'uploaded', result: { key: 'one:etag-1,etag-2' } }

async function outcomeOf(store: FakeStore, size = 6 * mebibyte): Promise<unknown> {
  const { settled } = await store.uploader.add(randomFile(size))
  return (await settled)[0]
}

describe('s3, where the store refuses', () => {
  it.each<[string, Refusal]>([
    ['as S3 does', { status: 403, code: 'AccessDenied', message: 'Request has expired' }],
    ['as S3 does for temporary credentials', { status: 400, code: 'ExpiredToken' }],
    ['as Ceph does', { status: 403, code: 'AccessDenied' }],
    ['as Azure does', { status: 403, code: 'AuthenticationFailed' }],
  ])('signs again in the same attempt what has expired, %s', async (_what, refusal) => {
    const store = await fakeStore()
    const retried: unknown[] = []
    store.uploader.on('retrying', (event) => retried.push(event))
    store.answer = (nth) => (nth === 0 ? refusal : undefined)
    expect(await outcomeOf(store)).toMatchObject(whole)
    expect(store.signed.map(({ number }) => number)).toEqual([1, 1, 2])
    expect(retried).toEqual([])
  })

  it('gives up where also a fresh signature has expired, and speaks of clocks', async () => {
    const store = await fakeStore()
    store.answer = () => ({ status: 403, code: 'RequestExpired' })
    expect(await outcomeOf(store)).toMatchObject({
      how: 'failed',
      error: { code: 'forbidden', serverCode: 'RequestExpired', message: expect.stringContaining('clock') },
    })
    expect(store.signed).toHaveLength(2)
  })

  it.each<[string, Refusal, object]>([
    [
      'clocks that differ',
      { status: 403, code: 'RequestTimeTooSkewed' },
      { code: 'forbidden', serverCode: 'RequestTimeTooSkewed', message: expect.stringContaining('clock') },
    ],
    [
      'a signature that is wrong',
      { status: 403, code: 'SignatureDoesNotMatch' },
      { code: 'forbidden', serverCode: 'SignatureDoesNotMatch' },
    ],
    [
      'a bucket that does not exist',
      { status: 404, code: 'NoSuchBucket' },
      { code: 'not-found', message: expect.stringContaining('bucket does not exist') },
    ],
    [
      'a part that is too small',
      { status: 400, code: 'EntityTooSmall' },
      { code: 'request-refused', message: expect.stringContaining('chunkSizeBytes') },
    ],
    ['a part that is too large', { status: 400, code: 'EntityTooLarge' }, { code: 'too-large' }],
    ['a status without a word', { status: 400 }, { code: 'request-refused', status: 400 }],
    ['a code nobody knows, with status 200', { status: 200, code: 'Strange' }, { serverCode: 'Strange' }],
  ])('fails at once on %s, and says what to mend', async (_what, refusal, error) => {
    const store = await fakeStore()
    store.answer = () => refusal
    expect(await outcomeOf(store)).toMatchObject({ how: 'failed', error })
    expect(store.puts).toHaveLength(1)
  })

  it.each<[string, Refusal, object]>([
    ['SlowDown', { status: 503, code: 'SlowDown' }, { code: 'rate-limited', serverCode: 'SlowDown' }],
    ['503', { status: 503 }, { code: 'server-error', status: 503 }],
    ['an error in XML with status 200', { status: 200, code: 'InternalError' }, { code: 'server-error' }],
    ['a line it found too slow', { status: 400, code: 'RequestTimeout' }, { code: 'server-error' }],
    ['other bytes than were signed', { status: 400, code: 'BadDigest' }, { code: 'integrity-failed' }],
  ])('backs off and tries again on %s', async (_what, refusal, error) => {
    const store = await fakeStore()
    const retried: unknown[] = []
    store.uploader.on('retrying', (event) => retried.push(event.error))
    store.answer = (nth) => (nth < 2 ? refusal : undefined)
    expect(await outcomeOf(store)).toMatchObject(whole)
    expect(retried).toMatchObject([error, error])
    expect(store.puts).toEqual(['1', '1', '1', '2'])
  })

  it('waits as long as it is asked to', async () => {
    const store = await fakeStore()
    const delays: number[] = []
    store.uploader.on('retrying', ({ delayMs }) => delays.push(delayMs))
    const headers = { 'Retry-After': '1' }
    store.answer = (nth) => (nth === 0 ? { status: 503, code: 'SlowDown', headers } : undefined)
    expect(await outcomeOf(store)).toMatchObject(whole)
    expect(delays[0]).toBeGreaterThanOrEqual(1000)
  })

  it('names the header to expose where no ETag can be read, at the first part', async () => {
    const store = await fakeStore()
    store.hidesEtag = true
    expect(await outcomeOf(store)).toMatchObject({
      how: 'failed',
      error: {
        code: 'bad-response',
        message: expect.stringContaining('Access-Control-Expose-Headers: ETag'),
      },
    })
    expect(store.puts).toHaveLength(1)
  })

  it('starts afresh where the store does not know the upload', async () => {
    const store = await fakeStore()
    const reasons: string[] = []
    store.uploader.on('restarted', ({ reason }) => reasons.push(reason))
    store.answer = (nth) => (nth === 1 ? { status: 404, code: 'NoSuchUpload' } : undefined)
    expect(await outcomeOf(store)).toMatchObject(whole)
    expect(reasons).toEqual(['gone'])
    expect(store.puts).toEqual(['1', '2', '1', '2'])
  })
})

describe('s3, where a backend of the app refuses', () => {
  it.each([
    ['404', backendError(404), 'gone'],
    ['NoSuchUpload', backendError(400, 'NoSuchUpload'), 'gone'],
    ['410', backendError(410), 'expired'],
  ])('starts afresh on %s, whoever says so', async (_what, error, reason) => {
    for (const hook of ['onSign', 'onComplete'] as const) {
      const store = await fakeStore()
      const reasons: string[] = []
      store.uploader.on('restarted', (event) => reasons.push(event.reason))
      let isOver = false
      store[hook] = () => {
        if (isOver) return
        isOver = true
        throw error
      }
      expect(await outcomeOf(store)).toMatchObject(whole)
      expect(reasons).toEqual([reason])
    }
  })

  it('lists the parts again on 409, and sends what is missing', async () => {
    const store = await fakeStore()
    let [completions, listings] = [0, 0]
    store.onComplete = () => {
      if (completions++ === 0) throw backendError(409)
    }
    store.onList = () => listings++
    expect(await outcomeOf(store)).toMatchObject(whole)
    expect([completions, listings]).toEqual([2, 1])
  })

  it('fails with its error where that is final', async () => {
    const store = await fakeStore()
    store.onSign = () => {
      throw backendError(403, 'no-quota')
    }
    expect(await outcomeOf(store)).toMatchObject({
      how: 'failed',
      error: { status: 403, serverCode: 'no-quota' },
    })
    expect(store.puts).toEqual([])
  })

  it('fails with option-failed where a function of it throws something of its own', async () => {
    const store = await fakeStore()
    store.onSign = () => {
      throw new Error('no quota')
    }
    expect(await outcomeOf(store)).toMatchObject({
      how: 'failed',
      error: { code: 'option-failed', message: expect.stringContaining('no quota') },
    })
  })

  it('gives it the digest of each part', async () => {
    const store = await fakeStore()
    expect(await outcomeOf(store)).toMatchObject(whole)
    expect(store.signed).toEqual([
      { number: 1, size: 5 * mebibyte, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      { number: 2, size: mebibyte, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ])
  })
})
