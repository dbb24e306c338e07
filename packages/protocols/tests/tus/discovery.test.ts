import { noiseFile } from '@lading/test-kit'
import { describe, expect, it } from 'vitest'
import { answer, cut, rewrite, to } from './misbehaviour.ts'
import {
  chunkSizeBytes,
  errorOf,
  isStored,
  kibibyte,
  resultOf,
  smallServer,
  uploadBy,
  uploaderBy,
} from './upload-by-tus.ts'

const file = noiseFile('file.bin', chunkSizeBytes + 5)
const everything = ['creation', 'creation-with-upload', 'termination', 'checksum', 'concatenation']

describe('what a server can do', () => {
  it('is asked once for all files', async () => {
    const server = await smallServer()
    const files = [1, 2, 3, 4, 5].map((seed) => noiseFile(`${seed}.bin`, 1000, seed))
    const { settled } = await uploaderBy({ endpoint: server.endpoint }).add(files)
    expect((await settled).map(({ how }) => how)).toEqual(files.map(() => 'uploaded'))
    const methods = server.seen.map(({ method }) => method)
    expect(methods.filter((method) => method === 'OPTIONS')).toHaveLength(1)
    expect(methods).toHaveLength(1 + 2 * files.length)
  })

  it('is not asked where nothing depends on it', async () => {
    const server = await smallServer()
    const { outcome } = await uploadBy({ endpoint: server.endpoint, checksum: false }, file)
    expect(await isStored(server, outcome, file)).toBe(true)
    expect(server.seen.map(({ method }) => method)).toEqual(['POST', 'PATCH', 'PATCH'])
  })

  it('is asked without saying which tus is spoken', async () => {
    const server = await smallServer()
    await uploadBy({ endpoint: server.endpoint }, file)
    const [options, ...others] = server.seen
    expect(options?.headers['tus-resumable']).toBeUndefined()
    expect(new Set(others.map(({ headers }) => headers['tus-resumable']))).toEqual(new Set(['1.0.0']))
  })

  it.each([
    ['404', answer(404)],
    ['405', answer(405)],
    ['500', answer(500)],
    ['403', answer(403)],
    ['nothing that it says', answer(200)],
    ['a line that breaks', cut],
  ])('may stay unknown: %s', async (_, act) => {
    const server = await smallServer({ misbehave: to('OPTIONS', act), extensions: everything })
    const { outcome } = await uploadBy({ endpoint: server.endpoint, dataDuringCreation: true }, file)
    expect(await isStored(server, outcome, file)).toBe(true)
    expect(server.seen.some(({ headers }) => 'upload-checksum' in headers)).toBe(false)
  })

  it('is asked no more than twice where there is no answer', async () => {
    const server = await smallServer({ misbehave: to('OPTIONS', answer(500)) })
    const files = [1, 2, 3, 4, 5].map((seed) => noiseFile(`${seed}.bin`, 1000, seed))
    await (await uploaderBy({ endpoint: server.endpoint }).add(files)).settled
    expect(server.seen.filter(({ method }) => method === 'OPTIONS')).toHaveLength(2)
  })

  it('is another tus where the versions say so', async () => {
    const server = await smallServer({
      misbehave: rewrite('OPTIONS', (headers) => {
        headers['Tus-Version'] = '0.2.2,2.0.0'
      }),
    })
    const { outcome } = await uploadBy({ endpoint: server.endpoint }, file)
    expect(errorOf(outcome)).toMatchObject({ code: 'unsupported' })
    expect(errorOf(outcome).message).toContain('0.2.2, 2.0.0')
  })

  it('says how large a file may be before anything is sent', async () => {
    const server = await smallServer({ maxSize: file.size - 1 })
    const { outcome } = await uploadBy({ endpoint: server.endpoint }, file)
    expect(errorOf(outcome)).toMatchObject({ code: 'too-large', retryable: false })
    expect(errorOf(outcome).message).toContain(`${file.size - 1}`)
    expect(server.seen.map(({ method }) => method)).toEqual(['OPTIONS'])
    const fitting = await smallServer({ maxSize: file.size })
    expect((await uploadBy({ endpoint: fitting.endpoint }, file)).outcome.how).toBe('uploaded')
  })

  it('may be a limit it only tells when asked to create', async () => {
    const server = await smallServer({ misbehave: to('POST', answer(413)) })
    const { outcome } = await uploadBy({ endpoint: server.endpoint, checksum: false }, file)
    expect(errorOf(outcome)).toMatchObject({ code: 'too-large', status: 413 })
  })
})

describe('a checksum', () => {
  it('goes with each part, by the best algorithm that is offered', async () => {
    const server = await smallServer({ extensions: everything })
    const { outcome } = await uploadBy({ endpoint: server.endpoint }, file)
    expect(await isStored(server, outcome, file)).toBe(true)
    const sums = server.seen.flatMap(({ headers }) => headers['upload-checksum'] ?? [])
    expect(sums).toEqual([expect.stringMatching(/^sha1 \S{28}$/), expect.stringMatching(/^sha1 \S{28}$/)])
  })

  it.each([
    ['md5,SHA-256,sha1', /^SHA-256 \S{44}$/],
    ['md5,crc32', undefined],
  ])('of %s is called as the server calls it', async (offered, pattern) => {
    const server = await smallServer({
      extensions: everything,
      misbehave: rewrite('OPTIONS', (headers) => {
        headers['Tus-Checksum-Algorithm'] = offered
      }),
      checks: false,
    })
    await uploadBy({ endpoint: server.endpoint }, file)
    const [patch] = server.seen.filter(({ method }) => method === 'PATCH')
    const sum = patch?.headers['upload-checksum']
    expect(sum).toEqual(pattern ? expect.stringMatching(pattern) : undefined)
  })

  it('of bytes that were changed on the way is noticed, and they are sent again', async () => {
    const server = await smallServer({ extensions: everything, flips: 1 })
    const { outcome } = await uploadBy({ endpoint: server.endpoint }, file)
    expect(await isStored(server, outcome, file)).toBe(true)
    expect(server.seen.filter(({ method }) => method === 'PATCH')).toHaveLength(3)
  })
})

describe('a small file', () => {
  const small = noiseFile('small.bin', 10 * kibibyte)
  const along = { extensions: everything }

  it('goes along with its creation where the app wants it and the server offers it', async () => {
    const server = await smallServer(along)
    const { outcome } = await uploadBy({ endpoint: server.endpoint, dataDuringCreation: true }, small)
    expect(await isStored(server, outcome, small)).toBe(true)
    expect(server.seen.map(({ method }) => method)).toEqual(['OPTIONS', 'POST'])
    expect(server.seen[1]?.headers).toMatchObject({ 'upload-checksum': expect.stringMatching(/^sha1 /) })
  })

  it.each([
    ['does not offer it', { extensions: ['creation'] }],
    [
      'takes none of it all the same',
      {
        ...along,
        misbehave: rewrite('POST', (headers) => delete headers['Upload-Offset']),
        ignoresBodies: true,
      },
    ],
    ['takes a part of it', { ...along, keepsBytes: 4000 }],
  ])('is sent whole by a server that %s', async (_, options) => {
    const server = await smallServer(options)
    const { outcome } = await uploadBy({ endpoint: server.endpoint, dataDuringCreation: true }, small)
    expect(await isStored(server, outcome, small)).toBe(true)
    expect(resultOf(outcome).size).toBe(small.size)
  })
})
