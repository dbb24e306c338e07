import { describe, expect, it } from 'vitest'
import { nativeProtocol, type Part, type ProtocolContext, UploadError } from '../../src/index.ts'
import { type ServerAnswer, simulation } from '../support/simulation.ts'

const hex = (letter: string): string => letter.repeat(64)
const id = 'an-upload-of-the-server'
const plan = { size: 25, chunkSizeBytes: 10, count: 3 }
const resource = {
  ...{ id, status: 'open', size: 25, chunkSizeBytes: 10, chunkCount: 3 },
  ...{ landed: [[0, 1]], sha256: [hex('a')], partial: [{ index: 1, bytes: 4 }], expiresAt: null },
}
const result = {
  ...{ id, name: 'ä.bin', size: 25, type: '', url: '/uploads/files/x' },
  digest: { scheme: 'sha-256-composite', chunkSizeBytes: 10, size: 25, count: 3, root: hex('c') },
}
const identity = {
  scheme: 'sha-256-composite' as const,
  chunkSizeBytes: 10,
  size: 25,
  count: 3,
  root: hex('b'),
}
const blob = new Blob(['0123456789'])
const part: Part = { first: 1, count: 1, offset: 10, size: 10, blob }

const protocol = nativeProtocol({ endpoint: 'http://simulated/uploads/' })
const session = { id }

/** A context in front of a server that gives one answer, and what it was asked. */
function context(answer: ServerAnswer, over: Partial<ProtocolContext> = {}) {
  const world = simulation()
  const asked: { method: string; url: string; headers: Readonly<Record<string, string>>; body: unknown }[] =
    []
  const { transport } = world.ports
  world.network.policy = (call) => {
    const { method, url, headers, body } = call.request
    asked.push({ method, url, headers, body: body?.kind === 'json' ? body.value : body })
    void call.answer(answer)
  }
  const ctx: ProtocolContext = {
    signal: new AbortController().signal,
    now: () => 0,
    plan,
    file: { uploadId: 'u'.repeat(32), name: 'ä.bin', size: 25, type: 'text/plain', metadata: { album: '7' } },
    request: async ({ accept, ...request }) => {
      const { statusError } = await import('../../src/index.ts')
      const response = await transport.send({
        ...{ headers: {}, credentials: 'app', signal: ctx.signal },
        ...request,
      })
      const reply = { ...response, json: () => JSON.parse(response.text) as unknown }
      const isGood = accept ? accept(response.status, reply) : response.status < 300
      if (!isGood) throw statusError(response, 0)
      return reply
    },
    ...over,
  }
  return { ctx, asked }
}

const problem = (status: number, code: string): ServerAnswer => ({
  status,
  headers: { 'Content-Type': 'application/problem+json' },
  body: { code, title: 'no' },
})

describe('opening', () => {
  it('creates an upload under the key of the upload, and takes over what landed', async () => {
    const { ctx, asked } = context({ status: 201, body: resource })
    expect(await protocol.open(ctx, {})).toEqual({
      session,
      landed: {
        ranges: [
          [0, 10],
          [10, 14],
        ],
        digests: { 0: hex('a') },
      },
    })
    expect(asked).toEqual([
      {
        method: 'POST',
        url: 'http://simulated/uploads',
        headers: { 'Idempotency-Key': 'u'.repeat(32) },
        body: { name: 'ä.bin', type: 'text/plain', size: 25, chunkSizeBytes: 10, metadata: { album: '7' } },
      },
    ])
  })

  it('is done where the server says that all of it came in before', async () => {
    const { ctx } = context({ body: { status: 'completed', result } })
    expect(await protocol.open(ctx, {})).toMatchObject({
      done: { how: 'uploaded', result: { id, url: 'http://simulated/uploads/files/x' } },
    })
  })

  it('needs no request where one request will carry the whole file', async () => {
    const small = { size: 10, chunkSizeBytes: 10, count: 1 }
    const { ctx, asked } = context({}, { plan: small })
    const opened = await protocol.open(ctx, { identity })
    if (!('session' in opened) || !('single' in opened.session)) throw new Error('Not a single request')
    expect(asked).toEqual([])
    const told = Buffer.from(opened.session.single, 'base64url').toString()
    expect(JSON.parse(told)).toMatchObject({ name: 'ä.bin', size: 10, metadata: { album: '7' } })
    const metadata = { long: 'x'.repeat(7000) }
    const long = context({ status: 201, body: { ...resource, ...small, chunkCount: 1 } }, { plan: small })
    await protocol.open({ ...long.ctx, file: { ...long.ctx.file, metadata } }, { identity })
    expect(long.asked).toHaveLength(1)
  })

  it.each([
    ['of another cut', { ...resource, chunkCount: 9e15, landed: [[0, 9e15]] }],
    ['with an id that is a path', { ...resource, id: '../../etc/passwd' }],
    ['with too few digests', { ...resource, sha256: [] }],
    ['with runs that are none', { ...resource, landed: [[1]] }],
    ['with digests that are none', { ...resource, sha256: ['abc'] }],
  ])('believes no answer %s', async (_, body) => {
    const { ctx } = context({ body })
    await expect(protocol.open(ctx, {})).rejects.toMatchObject({ code: 'bad-response' })
  })
})

describe('sending', () => {
  it('says where the part goes, and its digest and what it replaces where there are any', async () => {
    const body = { chunks: [{ index: 1, sha256: hex('d') }], partial: null, expiresAt: 7 }
    const { ctx, asked } = context({ body })
    const sent = await protocol.send(ctx, session, { ...part, digest: hex('0'), replaces: hex('f') })
    expect(sent).toEqual({ through: 20, digests: { 1: hex('d') } })
    const header = (letter: string): string =>
      `sha-256=:${Buffer.from(hex(letter), 'hex').toString('base64')}:`
    expect(asked[0]).toMatchObject({
      method: 'PATCH',
      url: `http://simulated/uploads/${id}`,
      headers: { 'Upload-Offset': '10', 'Content-Digest': header('0'), 'Lading-Replaces': header('f') },
      body: { kind: 'blob', blob },
    })
  })

  it('goes on where the server has taken less', async () => {
    const { ctx, asked } = context({ body: { chunks: [], partial: { index: 1, bytes: 6 } } })
    expect(await protocol.send(ctx, session, part)).toEqual({ through: 16, digests: {} })
    expect(asked[0]?.headers).not.toHaveProperty('Content-Digest')
  })

  it('sends and publishes a small file by one request', async () => {
    const { ctx, asked } = context({ status: 201, body: { id, result } })
    const whole = { ...part, first: 0, offset: 0, digest: hex('0') }
    const sent = await protocol.send(ctx, { single: 'e30' }, whole)
    expect(sent).toMatchObject({ through: 10, result: { id } })
    expect(asked[0]).toMatchObject({
      method: 'POST',
      headers: {
        'Content-Type': 'application/octet-stream',
        'Idempotency-Key': 'u'.repeat(32),
        'Lading-Upload': 'e30',
      },
    })
    await expect(protocol.send(ctx, { single: 'e30' }, part)).rejects.toMatchObject({ code: 'hash-failed' })
  })

  it.each([
    [404, 'upload-not-found', { lost: 'gone' }],
    [410, 'upload-aborted', { lost: 'gone' }],
    [410, 'upload-expired', { lost: 'expired' }],
    [422, 'idempotency-mismatch', { lost: 'reset' }],
    [409, 'offset-conflict', { recount: true }],
    [409, 'chunk-conflict', { recount: true }],
    [409, 'upload-completed', { recount: true }],
  ])('%i %s turns the journey', async (status, code, turn) => {
    const { ctx } = context(problem(status, code))
    expect(await protocol.send(ctx, session, part)).toEqual(turn)
  })

  it.each([
    [409, 'superseded', 'integrity-failed', true],
    [400, 'length-mismatch', 'integrity-failed', true],
    [422, 'digest-mismatch', 'integrity-failed', true],
    [413, 'file-too-large', 'too-large', false],
    [429, 'too-many-uploads', 'rate-limited', true],
    [503, 'unavailable', 'server-error', true],
    [507, 'storage-full', 'storage-full', false],
    [403, 'forbidden', 'forbidden', false],
  ])('%i %s is %s', async (status, code, ours, retryable) => {
    const { ctx } = context(problem(status, code))
    await expect(protocol.send(ctx, session, part)).rejects.toMatchObject({
      code: ours,
      retryable,
      status,
      serverCode: code,
    })
  })
})

describe('asking what landed', () => {
  it('gives ranges with digests', async () => {
    const { ctx } = context({
      body: {
        ...resource,
        landed: [
          [0, 1],
          [2, 1],
        ],
        sha256: [hex('a'), hex('b')],
      },
    })
    expect(await protocol.landed?.(ctx, session)).toEqual({
      ranges: [
        [0, 10],
        [20, 25],
        [10, 14],
      ],
      digests: { 0: hex('a'), 2: hex('b') },
    })
  })

  it('finds out that the upload is another, is done, or is gone', async () => {
    const ask = async (answer: ServerAnswer) => protocol.landed?.(context(answer).ctx, session)
    expect(await ask({ body: { ...resource, chunkSizeBytes: 5 } })).toEqual({ lost: 'plan-changed' })
    expect(await ask({ body: { status: 'completed', result } })).toMatchObject({ done: { how: 'uploaded' } })
    expect(await ask(problem(404, 'upload-not-found'))).toEqual({ lost: 'gone' })
    expect(await protocol.landed?.(context({}).ctx, { single: 'e30' })).toEqual({ ranges: [] })
  })
})

describe('ending', () => {
  it('names the content', async () => {
    const { ctx, asked } = context({ body: { result } })
    const done = await protocol.complete?.(ctx, session, { receipts: [], identity })
    expect(done).toMatchObject({ result: { url: 'http://simulated/uploads/files/x' } })
    expect(asked[0]).toMatchObject({ url: `http://simulated/uploads/${id}/complete`, body: { identity } })
    await protocol.complete?.(ctx, session, { receipts: [] })
    expect(asked[1]?.body).toEqual({})
  })

  it('takes missing chunks for a recount and another content for a failure', async () => {
    const complete = async (answer: ServerAnswer) =>
      protocol.complete?.(context(answer).ctx, session, { receipts: [] })
    expect(await complete(problem(409, 'incomplete'))).toEqual({ recount: true })
    await expect(complete(problem(422, 'identity-mismatch'))).rejects.toMatchObject({
      code: 'integrity-failed',
    })
  })

  it.each([204, 404, 409, 410])('is content with a %i to a deletion', async (status) => {
    const { ctx, asked } = context({ status })
    await protocol.abort?.(ctx, session)
    await protocol.remove?.(ctx, { ...result, id: 'a/b' } as never)
    expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
      `DELETE http://simulated/uploads/${id}`,
      'DELETE http://simulated/uploads/files/a%2Fb',
    ])
  })

  it('has nothing to drop of a small file, and says so where the server refuses', async () => {
    const { ctx, asked } = context({ status: 500 })
    await protocol.abort?.(ctx, { single: 'e30' })
    expect(asked).toEqual([])
    await expect(protocol.abort?.(ctx, session)).rejects.toBeInstanceOf(UploadError)
  })
})

describe('asking for content', () => {
  const facts = { uploadId: '', name: 'a', size: 25, type: '', metadata: {} }
  const asks = [
    { file: facts, identity },
    { file: { ...facts, name: 'b' }, identity },
  ]

  it('describes each file as creating does, and tells of its content', async () => {
    const answers = [{ match: 'no' }, { match: 'yes', result }]
    const { ctx, asked } = context({ body: { answers } })
    expect(await protocol.match?.(ctx, asks)).toEqual([
      { match: 'no' },
      { match: 'yes', result: { ...result, url: 'http://simulated/uploads/files/x' } },
    ])
    const described = { type: '', size: 25, chunkSizeBytes: 10, metadata: {}, identity }
    expect(asked).toMatchObject([
      {
        method: 'POST',
        url: 'http://simulated/uploads/matches',
        body: {
          asks: [
            { name: 'a', ...described },
            { name: 'b', ...described },
          ],
        },
      },
    ])
  })

  it.each([404, 405])('takes a %i for a server that has nothing', async (status) => {
    const { ctx } = context({ status })
    expect(await protocol.match?.(ctx, asks)).toEqual([{ match: 'no' }, { match: 'no' }])
  })

  it.each([
    ['that are too few', { answers: [{ match: 'no' }] }],
    ['that are no list', { answers: 'no' }],
    ['that are unknown', { answers: [{ match: 'no' }, { match: 'perhaps' }] }],
    ['without a result', { answers: [{ match: 'no' }, { match: 'yes' }] }],
    ['that are not there', {}],
  ])('believes no answers %s', async (_, body) => {
    const { ctx } = context({ body })
    await expect(protocol.match?.(ctx, asks)).rejects.toMatchObject({ code: 'bad-response' })
  })

  it('fails where the server refuses', async () => {
    const { ctx } = context(problem(403, 'forbidden'))
    await expect(protocol.match?.(ctx, asks)).rejects.toMatchObject({ code: 'forbidden' })
  })
})

describe('the plan', () => {
  const { plan: cut } = protocol.traits({ uploadId: '', name: '', size: 0, type: '', metadata: {} })

  it('is of 8 MiB, or of what is wanted, doubled until there are at most 10,000', () => {
    const mebibyte = 1024 * 1024
    expect(cut(20 * mebibyte)).toEqual({ size: 20 * mebibyte, chunkSizeBytes: 8 * mebibyte, count: 3 })
    expect(cut(100, 30)).toEqual({ size: 100, chunkSizeBytes: 30, count: 4 })
    expect(cut(0)).toMatchObject({ count: 1 })
    expect(cut(1_000_001, 100)).toMatchObject({ chunkSizeBytes: 200, count: 5001 })
  })
})
