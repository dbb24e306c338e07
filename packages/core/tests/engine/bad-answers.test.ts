import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  createUploader,
  type NativeResult,
  type Outcome,
  type UploadErrorCode,
  type Uploader,
} from '../../src/index.ts'
import {
  answer,
  breakAfter,
  breakAnswer,
  breakBody,
  type Fault,
  first,
  flipBit,
  kindOf,
  loseAnswer,
  stall,
} from '../support/faults.ts'
import { type RealServer, randomFile, realServer, sha256, sha256At } from '../support/real-server.ts'

const chunkSizeBytes = 64 * 1024
const kinds = ['create', 'PATCH', 'complete'] as const

describe('a real server that behaves badly', () => {
  let server: RealServer
  let uploader: Uploader<NativeResult>
  beforeEach(async () => {
    server = await realServer()
    uploader = createUploader({
      endpoint: server.endpoint,
      chunkSizeBytes,
      retry: { attempts: 4, baseDelayMs: 2 },
    })
  })
  afterEach(async () => {
    uploader.dispose()
    await server.close()
  })

  async function send(fault: Fault, size = 3 * chunkSizeBytes + 5): Promise<[Outcome<NativeResult>, File]> {
    server.intercept = fault
    const file = randomFile('a.bin', size)
    const { settled } = await uploader.add(file)
    const [outcome] = await settled
    if (!outcome) throw new Error('Nothing was added')
    return [outcome, file]
  }

  /** The file is there once, byte for byte. */
  async function expectArrived([outcome, file]: [Outcome<NativeResult>, File]): Promise<void> {
    if (outcome.how !== 'uploaded') throw new Error(JSON.stringify(outcome))
    expect(await sha256At(outcome.result.url)).toBe(await sha256(file))
  }

  const expectFailed = ([outcome]: [Outcome<NativeResult>, File], error: object): void =>
    expect(outcome).toMatchObject({ how: 'failed', error })

  describe.each(kinds)('to %s', (kind) => {
    it.each([
      ['HTML', '<html><body>Please sign in</body></html>'],
      ['half of a JSON text', '{"id":'],
      ['JSON of another kind', '[1, 2, 3]'],
      ['JSON without what is promised', '{"status":"open","chunks":[{"index":-1}],"result":{"id":"../x"}}'],
      ['nothing', ''],
    ])('fails with bad-response where %s comes with a 200', async (_, body) => {
      expectFailed(await send(first(1, kind, answer(200, body))), { code: 'bad-response' })
    })

    const refusals: [number, UploadErrorCode][] = [
      [400, 'request-refused'],
      [401, 'unauthorized'],
      [403, 'forbidden'],
      [404, 'not-found'],
      [409, 'conflict'],
      [422, 'unprocessable'],
      [501, 'server-error'],
      [505, 'server-error'],
    ]
    // a part may be made smaller: stubborn.test.ts has what becomes of a 413 there
    if (kind !== 'PATCH') refusals.push([413, 'too-large'])
    it.each(refusals)('fails at once on a bare %i', async (status, code) => {
      let asked = 0
      const refuse: Fault = (request, response) => {
        asked++
        return answer(status)(request, response)
      }
      expectFailed(await send(first(1, kind, refuse)), { code, status, retryable: false })
      expect(asked).toBe(1)
    })

    it.each([
      [408, {}],
      [425, {}],
      [429, { 'Retry-After': '0' }],
      [429, { 'Retry-After': new Date(0).toUTCString() }],
      [500, {}],
      [502, {}],
      [503, {}],
    ])('tries again on a %i', async (status, headers) => {
      const retries: number[] = []
      uploader.on('retrying', ({ error }) => void retries.push(error.status ?? 0))
      await expectArrived(await send(first(1, kind, answer(status, '', headers))))
      expect(retries).toEqual([status])
    })

    it('gives up where it never stops', async () => {
      expectFailed(await send(first(99, kind, answer(503))), { code: 'server-error', status: 503 })
    })

    it('pauses on a full disk, and goes on from what landed', async () => {
      server.intercept = first(99, kind, answer(507))
      const file = randomFile('a.bin', 3 * chunkSizeBytes)
      const { added, settled } = await uploader.add(file)
      await expect
        .poll(() => added[0]?.state.get())
        .toMatchObject({ status: 'paused', reason: 'storage-full' })
      server.intercept = undefined
      uploader.resume()
      const [outcome] = await settled
      if (!outcome) throw new Error('Nothing was added')
      await expectArrived([outcome, file])
    })

    it.each([
      ['the line breaks at once', ((request) => request.socket.destroy() !== undefined) as Fault],
      ['the answer breaks off', breakAnswer],
      ['the answer is lost', loseAnswer],
    ])('goes on where %s', async (_, fault) => {
      await expectArrived(await send(first(2, kind, fault)))
    })
  })

  it.each(['create', 'PATCH', 'single'])('goes on where no answer to %s comes', async (kind) => {
    uploader.setOptions({ stallTimeoutMs: 300, retry: { attempts: 50 } })
    await expectArrived(await send(first(2, kind, stall), kind === 'single' ? 1000 : 3 * chunkSizeBytes))
  })

  it('goes on after a body that broke', async () => {
    await expectArrived(await send(first(2, 'PATCH', breakBody)))
  })

  it('does not send the same bytes for ever where the line never lasts a chunk', async () => {
    const size = 8 * chunkSizeBytes
    uploader.setOptions({ chunkSizeBytes: 4 * chunkSizeBytes, retry: { attempts: 50 } })
    await expectArrived(await send(first(20, 'PATCH', breakAfter(chunkSizeBytes)), size))
    const offsets = server.seen
      .map(({ headers }) => Number(headers['upload-offset']))
      .filter((offset) => offset > 0)
    expect(offsets.some((offset) => offset % (4 * chunkSizeBytes) !== 0)).toBe(true)
  })

  it('publishes one file where the answer to a small one was lost', async () => {
    uploader.setOptions({ chunkSizeBytes: 1024 * 1024 })
    await expectArrived(await send(first(2, 'single', loseAnswer), 1000))
    const keys = server.seen.flatMap(({ headers }) => headers['idempotency-key'] ?? [])
    expect(keys).toHaveLength(3)
    expect(new Set(keys).size).toBe(1)
  })

  it.each(['create', 'PATCH', 'complete'])(
    'publishes one file where every first answer to %s is lost',
    async (kind) => {
      const seen = new Set<string>()
      const fault: Fault = (request, response) => {
        const name = `${request.method} ${request.url} ${request.headers['upload-offset']}`
        if (kindOf(request) !== kind || seen.has(name)) return false
        seen.add(name)
        return loseAnswer(request, response)
      }
      await expectArrived(await send(fault))
      expect(
        server.seen.filter(({ method, path }) => method === 'POST' && path === '/uploads').length,
      ).toBeLessThan(3)
    },
  )

  it('drops a partial though the answer to that is lost', async () => {
    server.intercept = (request, response) =>
      kindOf(request) === 'DELETE' ? first(1, 'DELETE', loseAnswer)(request, response) : false
    let deleted = 0
    const { added } = await uploader.add(randomFile('a.bin', 100 * chunkSizeBytes))
    uploader.on('landed', ({ upload }) => upload.cancel())
    await added[0]?.settled()
    const lose = first(1, 'DELETE', loseAnswer)
    server.intercept = (request, response) => {
      if (kindOf(request) === 'DELETE') deleted++
      return lose(request, response)
    }
    await expect.poll(() => deleted, { timeout: 5000 }).toBe(2)
  })

  describe('with bits that flip on the way', () => {
    it.each([
      ['a large part', 'PATCH', 3 * chunkSizeBytes],
      ['a small file', 'single', 1000],
    ])('finds and mends them in %s', async (_, kind, size) => {
      await expectArrived(await send(first(2, kind, flipBit), size))
    })

    it('mends them where digests are compared afterwards', async () => {
      uploader.setOptions({ chunkSizeBytes: 4 * 1024 * 1024 })
      await expectArrived(await send(first(2, 'PATCH', flipBit), 9 * 1024 * 1024))
      expect(server.seen.some(({ headers }) => 'lading-replaces' in headers)).toBe(true)
    })

    it.each([
      ['a large file', 'PATCH', 9 * 1024 * 1024],
      ['a file of some chunks', 'PATCH', 3 * chunkSizeBytes],
      ['a small file', 'single', 1000],
    ])('gives up where %s never comes right, and publishes nothing', async (_, kind, size) => {
      expectFailed(await send(first(999, kind, flipBit), size), { code: 'integrity-failed' })
    })
  })

  it('starts afresh where the server forgot the upload, and says why', async () => {
    const reasons: string[] = []
    uploader.on('restarted', ({ reason }) => void reasons.push(reason))
    const problem = (status: number, code: string): Fault =>
      answer(status, JSON.stringify({ code }), { 'Content-Type': 'application/problem+json' })
    await expectArrived(await send(first(1, 'PATCH', problem(404, 'upload-not-found'))))
    await expectArrived(await send(first(1, 'complete', problem(410, 'upload-expired'))))
    expect(reasons).toEqual(['gone', 'expired'])
    expectFailed(await send(first(99, 'PATCH', problem(410, 'upload-aborted'))), { code: 'session-lost' })
  })

  it('takes the word of the server where chunks are said to be missing or different', async () => {
    const problem = (status: number, code: string): Fault =>
      answer(status, JSON.stringify({ code }), { 'Content-Type': 'application/problem+json' })
    await expectArrived(await send(first(1, 'complete', problem(409, 'incomplete'))))
    await expectArrived(await send(first(1, 'complete', problem(422, 'identity-mismatch'))))
    await expectArrived(await send(first(1, 'PATCH', problem(409, 'chunk-conflict'))))
    await expectArrived(await send(first(1, 'PATCH', problem(409, 'superseded'))))
    expectFailed(await send(first(9, 'complete', problem(422, 'identity-mismatch'))), {
      code: 'integrity-failed',
    })
  })
})
