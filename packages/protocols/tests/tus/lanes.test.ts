import { noiseFile } from '@lading/test-kit'
import { describe, expect, it } from 'vitest'
import { answer, cut, oneOf, to } from './misbehaviour.ts'
import type { SmallServerOptions } from './small-server.ts'
import { chunkSizeBytes, errorOf, isStored, resultOf, smallServer, uploadBy } from './upload-by-tus.ts'

const file = noiseFile('file.bin', 7 * chunkSizeBytes + 5)
const joins = { extensions: ['creation', 'concatenation', 'termination'] }

async function inLanes(parallel: number, options: SmallServerOptions = joins, what = file) {
  const server = await smallServer(options)
  const { outcome, restarts } = await uploadBy({ endpoint: server.endpoint, parallel }, what)
  const concats = server.seen.flatMap(({ headers }) => headers['upload-concat'] ?? []).map(String)
  return { server, outcome, restarts, concats }
}

describe('a file in lanes', () => {
  it('is as many partial uploads, sent beside one another and joined in order', async () => {
    const { server, outcome, concats } = await inLanes(3, { ...joins, together: 3 })
    expect(await isStored(server, outcome, file)).toBe(true)
    expect(concats.slice(0, 3)).toEqual(['partial', 'partial', 'partial'])
    const created = [...server.uploads.entries()].filter(([, { kind }]) => kind === 'partial')
    expect(concats[3]).toBe(`final;${created.map(([path]) => server.origin + path).join(' ')}`)
    const last = file.size - 6 * chunkSizeBytes
    expect(created.map(([, { size }]) => size)).toEqual([3 * chunkSizeBytes, 3 * chunkSizeBytes, last])
    expect(server.uploads.has(new URL(resultOf(outcome).url).pathname)).toBe(true)
    expect(server.peak()).toBe(3)
  })

  it('carries the metadata once, with the whole, and no length there', async () => {
    const { server } = await inLanes(2)
    const posts = server.seen.filter(({ method }) => method === 'POST')
    expect(posts.map(({ headers }) => 'upload-metadata' in headers)).toEqual([false, false, true])
    expect(posts.map(({ headers }) => 'upload-length' in headers)).toEqual([true, true, false])
  })

  it('has no more lanes than chunks, and is no partial upload where that is one', async () => {
    const two = noiseFile('two.bin', 2 * chunkSizeBytes)
    expect((await inLanes(5, joins, two)).concats).toHaveLength(3)
    const one = noiseFile('one.bin', chunkSizeBytes)
    const { concats, outcome, server } = await inLanes(5, joins, one)
    expect(concats).toEqual([])
    expect(await isStored(server, outcome, one)).toBe(true)
  })

  it.each([
    ['does not offer it', {}],
    ['cannot be asked', { ...joins, misbehave: to('OPTIONS', answer(404)) }],
  ])('goes one part after another to a server that %s', async (_, options) => {
    const { server, outcome, concats } = await inLanes(3, options)
    expect(concats).toEqual([])
    expect(await isStored(server, outcome, file)).toBe(true)
    expect(server.peak()).toBe(1)
  })

  it('waits for a server that cannot say now whether it joins', async () => {
    const { server, outcome, concats } = await inLanes(3, {
      ...joins,
      misbehave: to('OPTIONS', answer(503), 0),
    })
    expect(concats).toHaveLength(4)
    expect(await isStored(server, outcome, file)).toBe(true)
  })

  it('begins afresh where the server has lost one of them', async () => {
    const { server, outcome, restarts } = await inLanes(3, {
      ...joins,
      misbehave: to('PATCH', answer(404), 4),
    })
    expect(restarts).toEqual(['gone'])
    expect(await isStored(server, outcome, file)).toBe(true)
  })

  it('goes on in each lane where it was after a break', async () => {
    const { server, outcome, restarts } = await inLanes(3, { ...joins, misbehave: to('PATCH', cut, 5) })
    expect(restarts).toEqual([])
    expect(await isStored(server, outcome, file)).toBe(true)
    expect(server.seen.filter(({ method }) => method === 'HEAD').length).toBeGreaterThanOrEqual(3)
  })

  it('leaves none of them where not all could be created', async () => {
    const { server, outcome } = await inLanes(3, { ...joins, misbehave: to('POST', answer(403), 2) })
    expect(errorOf(outcome)).toMatchObject({ code: 'forbidden' })
    expect(server.uploads.size).toBe(0)
  })

  it('begins afresh where a part of it was gone when it was to be joined', async () => {
    let posts = 0
    const { server, outcome, restarts } = await inLanes(2, {
      ...joins,
      misbehave: oneOf((request, response) => {
        if (request.method !== 'POST' || ++posts !== 3) return undefined
        answer(404)(response)
        return true
      }),
    })
    expect(restarts).toEqual(['gone'])
    expect(await isStored(server, outcome, file)).toBe(true)
  })

  it('fails with what the server says of joining them', async () => {
    let posts = 0
    const { outcome } = await inLanes(2, {
      ...joins,
      misbehave: (request, response) => {
        if (request.method !== 'POST' || ++posts < 3) return undefined
        answer(413)(response)
        return true
      },
    })
    expect(errorOf(outcome)).toMatchObject({ code: 'too-large', status: 413 })
  })
})
