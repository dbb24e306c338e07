import { noiseFile } from '@lading/test-kit'
import { describe, expect, it } from 'vitest'
import { answer, cut, type Misbehaviour, oneOf, rewrite, to } from './misbehaviour.ts'
import type { SmallServerOptions } from './small-server.ts'
import { chunkSizeBytes, errorOf, isStored, smallServer, uploadBy } from './upload-by-tus.ts'

const file = noiseFile('file.bin', 3 * chunkSizeBytes + 5)

async function journey(misbehave: Misbehaviour, more: SmallServerOptions = {}) {
  const server = await smallServer({ ...more, misbehave })
  const { outcome, restarts } = await uploadBy({ endpoint: server.endpoint }, file)
  const isRight = outcome.how === 'uploaded' && (await isStored(server, outcome, file))
  return { server, outcome, restarts, isRight, methods: server.seen.map(({ method }) => method) }
}

describe('an answer to PATCH', () => {
  it('without Upload-Offset is made up for by asking', async () => {
    const { isRight, methods } = await journey(rewrite('PATCH', (headers) => delete headers['Upload-Offset']))
    expect(isRight).toBe(true)
    expect(methods.filter((method) => method === 'HEAD')).toHaveLength(4)
  })

  it.each(['abc', '-1', '1e3', '', '9007199254740993'])(
    'with an Upload-Offset of %j is made up for by asking',
    async (offset) => {
      const { isRight } = await journey(
        rewrite('PATCH', (headers) => {
          headers['Upload-Offset'] = offset
        }),
      )
      expect(isRight).toBe(true)
    },
  )

  it.each([
    ['more than was sent', 999_999],
    ['less than was there', 0],
  ])('with an Upload-Offset of %s is not believed', async (_, offset) => {
    let count = 0
    const { isRight, restarts } = await journey(
      rewrite('PATCH', (headers) => {
        if (count++ === 1) headers['Upload-Offset'] = String(offset)
      }),
    )
    expect(isRight).toBe(true)
    expect(restarts).toEqual([])
  })

  it('that always counts more than was sent still ends right, since the server is asked', async () => {
    const { isRight } = await journey(
      rewrite('PATCH', (headers) => {
        headers['Upload-Offset'] = '999999'
      }),
    )
    expect(isRight).toBe(true)
  })

  it('that counts more than was sent, and has less, never makes a file whole that is not', async () => {
    const whole = noiseFile('whole.bin', chunkSizeBytes)
    const server = await smallServer({
      keepsBytes: 40_000,
      misbehave: rewrite('PATCH', (headers) => {
        headers['Upload-Offset'] = '999999'
      }),
    })
    const { outcome } = await uploadBy({ endpoint: server.endpoint }, whole)
    expect(await isStored(server, outcome, whole)).toBe(true)
  })

  it('of 409 makes the server be asked', async () => {
    const { isRight, methods } = await journey(to('PATCH', answer(409), 1))
    expect(isRight).toBe(true)
    expect(methods).toEqual(['OPTIONS', 'POST', 'PATCH', 'PATCH', 'HEAD', 'PATCH', 'PATCH', 'PATCH'])
  })

  it('of 409 again and again is a conflict', async () => {
    const { outcome } = await journey(to('PATCH', answer(409)))
    expect(errorOf(outcome)).toMatchObject({ code: 'conflict' })
  })

  it.each([
    [404, 'gone'],
    [410, 'expired'],
  ])('of %i begins a fresh upload', async (status, reason) => {
    const { isRight, restarts } = await journey(to('PATCH', answer(status), 1))
    expect(isRight).toBe(true)
    expect(restarts).toEqual([reason])
  })

  it('of 423 is waited for and tried again', async () => {
    let locked = 3
    const { isRight, restarts } = await journey((request, response) => {
      if (request.method !== 'PATCH' || locked-- <= 0) return undefined
      answer(423)(response)
      return true
    })
    expect(isRight).toBe(true)
    expect(restarts).toEqual([])
  })

  it('of 423 for ever is a conflict that says so', async () => {
    const { outcome } = await journey(to('PATCH', answer(423)))
    expect(errorOf(outcome)).toMatchObject({ code: 'conflict', status: 423 })
    expect(errorOf(outcome).message).toMatch(/locked/)
  })

  it('of 460 sends the part again', async () => {
    const { isRight } = await journey(to('PATCH', answer(460), 1), { extensions: ['creation', 'checksum'] })
    expect(isRight).toBe(true)
  })

  it('of 460 for ever fails as not intact', async () => {
    const { outcome } = await journey(to('PATCH', answer(460)))
    expect(errorOf(outcome)).toMatchObject({ code: 'integrity-failed', status: 460 })
  })
})

describe('an answer to HEAD', () => {
  it('without Upload-Offset fails with the header to expose', async () => {
    const head = to('HEAD', answer(200, { 'Upload-Length': String(file.size) }))
    const { outcome } = await journey(oneOf(to('PATCH', answer(204)), head))
    expect(errorOf(outcome)).toMatchObject({ code: 'bad-response' })
    expect(errorOf(outcome).message).toMatch(/`Upload-Offset`.*Access-Control-Expose-Headers/)
  })

  it.each([
    [403, 'gone'],
    [404, 'gone'],
    [410, 'expired'],
  ])('of %i begins a fresh upload', async (status, reason) => {
    const { isRight, restarts } = await journey(oneOf(to('PATCH', cut, 1), to('HEAD', answer(status), 0)))
    expect(isRight).toBe(true)
    expect(restarts).toEqual([reason])
  })

  it.each([
    ['another length', { 'Upload-Offset': '5', 'Upload-Length': '17' }],
    ['more bytes than the file has', { 'Upload-Offset': '999999' }],
  ])('with %s begins a fresh upload', async (_, headers) => {
    const lie = to('HEAD', answer(200, headers), 0)
    const { isRight, restarts } = await journey(oneOf(to('PATCH', cut, 1), lie))
    expect(isRight).toBe(true)
    expect(restarts).toEqual(['plan-changed'])
  })
})

describe('a server', () => {
  it.each([
    ['POST', 0],
    ['PATCH', 0],
    ['PATCH', 3],
  ])('whose answer to a %s is lost (%i) still has one whole file', async (method, nth) => {
    let count = 0
    const { isRight, server } = await journey((request, response) => {
      if (request.method !== method || count++ !== nth) return undefined
      // It does as it was asked; the line breaks before it can say so.
      Object.assign(response, { writeHead: () => response.destroy() })
      return undefined
    })
    expect(isRight).toBe(true)
    // Nothing in tus tells a creation that comes again: an empty upload stays until the server clears it away.
    expect(await server.holdings()).toEqual({ finished: 1, unfinished: method === 'POST' ? 1 : 0 })
  })

  it('that keeps fewer bytes than it was sent is sent the rest', async () => {
    const { isRight, server } = await journey(() => undefined, { keepsBytes: 40_000 })
    expect(isRight).toBe(true)
    const offsets = server.seen
      .filter(({ method }) => method === 'PATCH')
      .map(({ headers }) => headers['upload-offset'])
    expect(offsets.slice(0, 4)).toEqual(['0', '40000', '65536', '105536'])
  })

  it('that keeps no byte fails as one that makes no sense', async () => {
    const { outcome } = await journey(() => undefined, { keepsBytes: 0 })
    expect(errorOf(outcome)).toMatchObject({ code: 'bad-response' })
  })

  it('that forgets every upload is given up', async () => {
    const { outcome } = await journey(to('PATCH', answer(404)))
    expect(errorOf(outcome)).toMatchObject({ code: 'session-lost' })
  })

  it.each(['POST', 'PATCH', 'HEAD'])('that answers %s with 412 speaks another tus', async (method) => {
    const isAsked = method === 'HEAD' ? [to('PATCH', cut, 1)] : []
    const { outcome } = await journey(oneOf(...isAsked, to(method, answer(412))))
    expect(errorOf(outcome)).toMatchObject({ code: 'unsupported', status: 412 })
  })
})
