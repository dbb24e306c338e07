import { describe, expect, it } from 'vitest'
import { type Completed, createUploadServer, diskStorage } from '../src/index.ts'
import { digestHeader, identityOf, sha256Hex, someBytes } from './support/bytes.ts'
import { ForgetfulDisk } from './support/forgetful-disk.ts'
import { idsIn, nothingLeftIn, onDiskOnly, startServer } from './support/server-fixture.ts'
import { readProblem, sendTo, UploadClient } from './support/upload-client.ts'

const file = someBytes(450)
const CHUNK = 100

describe('completing', () => {
  it('says which chunks are missing', async () => {
    const { client } = await startServer()
    const { id } = await client.created({ size: 450, chunkSizeBytes: CHUNK })
    await client.sent(id, 100, file.slice(100, 200))
    await client.sent(id, 400, file.slice(400, 420))
    const problem = await readProblem(await client.complete(id), 409, 'incomplete')
    expect(problem.missing).toEqual([
      [0, 1],
      [2, 3],
    ])
    expect((await client.status(id)).status).toBe('open')
  })

  it.each([
    ['root', { root: sha256Hex(file) }],
    ['size', { size: 449 }],
    ['count', { count: 4 }],
    ['chunkSizeBytes', { chunkSizeBytes: 101 }],
  ])('publishes nothing when the %s is another', async (_member, change) => {
    const { client, dir } = await startServer()
    const { id } = await client.created({ size: 450, chunkSizeBytes: CHUNK })
    await client.sent(id, 0, file)
    const digest = identityOf(file, CHUNK)
    const problem = await readProblem(
      await client.complete(id, { ...digest, ...change }),
      422,
      'identity-mismatch',
    )
    expect(problem.identity).toEqual(digest)
    expect(await idsIn(dir, 'files')).toEqual([])
    await client.completed(id, digest)
    await readProblem(await client.complete(id, { ...digest, ...change }), 422, 'identity-mismatch')
  })

  it('can be repeated, at once and later', async () => {
    const { client } = await startServer()
    const { id } = await client.created({ size: 450, chunkSizeBytes: CHUNK })
    await client.sent(id, 0, file)
    const [first, second] = await Promise.all([
      client.completed(id),
      client.completed(id, identityOf(file, CHUNK)),
    ])
    expect(second).toEqual(first)
    expect(await client.completed(id)).toEqual(first)
  })

  it('takes no body, an empty one and an empty object for the same', async () => {
    const { client } = await startServer()
    for (const init of [{}, { body: '' }, { body: '{}' }]) {
      const { id } = await client.created({ size: 0, chunkSizeBytes: CHUNK })
      await client.sent(id, 0, new Uint8Array())
      const headers = { 'Content-Type': 'application/json' }
      const response = await client.send(`/uploads/${id}/complete`, { method: 'POST', headers, ...init })
      expect(response.status).toBe(200)
    }
  })

  it.each([
    '{"identity":null}',
    '{"identity":"x"}',
    '{"identity":{}}',
    '{"identity":{"scheme":"md5","size":1,"count":1,"chunkSizeBytes":1,"root":"00"}}',
    '{"identity":{"scheme":"sha-256-composite","size":1,"count":1,"chunkSizeBytes":1,"root":"00"}}',
    '[]',
    '{',
  ])('is refused with %s', async (body) => {
    const { client } = await startServer()
    const { id } = await client.created({ size: 0, chunkSizeBytes: CHUNK })
    const headers = { 'Content-Type': 'application/json' }
    const response = await client.send(`/uploads/${id}/complete`, { method: 'POST', headers, body })
    await readProblem(response, 400, 'invalid-request')
  })

  it('refuses parts from then on, with the result', async () => {
    const { client } = await startServer()
    const { id } = await client.created({ size: 450, chunkSizeBytes: CHUNK })
    await client.sent(id, 0, file)
    const { result } = await client.completed(id)
    expect(await readProblem(await client.patch(id, 0, file), 409, 'upload-completed')).toMatchObject({
      result,
    })
    expect(await readProblem(await client.abort(id), 409, 'upload-completed')).toMatchObject({ result })
  })

  it('tells the application before the client, with what was said at the start', async () => {
    const told: Completed[] = []
    const { client } = await startServer({
      authorize: () => ({ owner: 'ann' }),
      onComplete: (completed) => void told.push(completed),
    })
    const { id } = await client.created({ size: 450, chunkSizeBytes: CHUNK, metadata: { album: '7' } })
    await client.sent(id, 0, file)
    const { result } = await client.completed(id)
    await client.completed(id)
    const { result: small } = await client.published(file)
    expect(told).toEqual([
      { result, owner: 'ann', metadata: { album: '7' } },
      { result: small, owner: 'ann' },
    ])
  })

  it('goes well when the application throws, which is reported', async () => {
    const failure = new Error('the database is down')
    const { client, errors } = await startServer({
      onComplete: () => {
        throw failure
      },
    })
    const { result } = await client.published(file)
    expect(await client.bytes(result.id)).toEqual(file)
    expect(errors).toEqual([failure])
  })

  it('puts the public address before the URL', async () => {
    const { client } = await startServer({ publicUrl: 'https://cdn.example/u/' })
    const { id, result } = await client.published(file)
    expect(result.url).toBe(`https://cdn.example/u/files/${id}`)
  })
})

onDiskOnly(() =>
  describe('a part that comes while its upload is completed', () => {
    it.each(Array.from({ length: 14 }, (_, turns) => turns))(
      'is too late, or the upload is not complete: %i turns apart',
      async (turns) => {
        const disk = new ForgetfulDisk()
        const server = createUploadServer({ storage: diskStorage('/store', { fs: disk }) })
        const client = new UploadClient(sendTo(server))
        const { id } = await client.created({ size: 450, chunkSizeBytes: CHUNK })
        await client.sent(id, 0, file)
        const wait = async (count: number): Promise<void> => {
          for (let turn = 0; turn < count; turn += 1) await Promise.resolve()
        }
        const replace = async (): Promise<Response> => {
          await wait(turns)
          const headers = { 'Lading-Replaces': digestHeader(file.slice(0, CHUNK)) }
          return client.patch(id, 0, someBytes(CHUNK, 5), headers)
        }
        const complete = async (): Promise<Response> => {
          await wait(14 - turns)
          return client.complete(id, identityOf(file, CHUNK))
        }
        const [completed, replaced] = await Promise.all([complete(), replace()])
        if (completed.status === 200) {
          await readProblem(replaced, 409, 'upload-completed')
          expect(await client.bytes(id)).toEqual(file)
        } else {
          expect([409, 422]).toContain(completed.status)
          expect(replaced.status).toBe(200)
          expect((await client.status(id)).status).toBe('open')
        }
      },
    )
  }),
)

describe('aborting', () => {
  it('drops everything, again and again', async () => {
    const { client, dir } = await startServer()
    const { id } = await client.created({ size: 450, chunkSizeBytes: CHUNK })
    await client.sent(id, 0, file)
    for (const _time of [1, 2, 3]) expect((await client.abort(id)).status).toBe(204)
    await nothingLeftIn(dir)
    await readProblem(await client.get(id), 410, 'upload-aborted')
    await readProblem(await client.patch(id, 0, file), 410, 'upload-aborted')
    await readProblem(await client.complete(id), 410, 'upload-aborted')
  })

  it('is not found for an upload that never was', async () => {
    const { client } = await startServer()
    await readProblem(await client.abort('0'.repeat(33)), 404, 'upload-not-found')
  })

  onDiskOnly(() =>
    it.each(Array.from({ length: 12 }, (_, turns) => turns))(
      'raced with completing ends in one or the other, %i turns apart',
      async (turns) => {
        for (const isAbortFirst of [true, false]) {
          const disk = new ForgetfulDisk()
          const server = createUploadServer({ storage: diskStorage('/store', { fs: disk }) })
          const client = new UploadClient(sendTo(server))
          const { id } = await client.created({ size: 450, chunkSizeBytes: CHUNK })
          await client.sent(id, 0, file)
          const later = async (request: () => Promise<Response>): Promise<Response> => {
            for (let turn = 0; turn < turns; turn += 1) await Promise.resolve()
            return request()
          }
          const complete = () => client.complete(id)
          const abort = () => client.abort(id)
          const [completed, aborted] = await Promise.all(
            isAbortFirst ? [later(complete), abort()] : [complete(), later(abort)],
          )
          const isCompleted = completed.status === 200
          expect([completed.status, aborted.status]).toEqual(isCompleted ? [200, 409] : [410, 204])
          expect((await client.get(id)).status).toBe(isCompleted ? 200 : 410)
          expect(disk.list('/store').some((path) => path.endsWith('/data'))).toBe(isCompleted)
          if (isCompleted) expect(await client.bytes(id)).toEqual(file)
        }
      },
    ),
  )
})
