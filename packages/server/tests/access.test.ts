import { describe, expect, it } from 'vitest'
import type { Grant, Operation } from '../src/index.ts'
import { someBytes } from './support/bytes.ts'
import { nothingLeftIn, startServer } from './support/server-fixture.ts'
import { read, readProblem, sendTo, UploadClient } from './support/upload-client.ts'

const file = someBytes(100)
const description = { name: 'a', size: 100, chunkSizeBytes: 100 }
const KEY = 'a-key-two-people-chose'

/** A client that says who it is. */
function as(server: { fetch(request: Request): Promise<Response> }, user: string): UploadClient {
  const send = sendTo(server)
  return new UploadClient((path, init) =>
    send(path, { ...init, headers: { ...init.headers, 'X-User': user } }),
  )
}

function byHeader(request: Request): Grant {
  const user = request.headers.get('x-user')
  if (user === 'admin') return { everyOwner: true }
  return user ? { owner: user } : {}
}

describe('an owner', () => {
  it('is the only one for whom the upload exists', async () => {
    const { server } = await startServer({ authorize: byHeader })
    const ann = as(server, 'ann')
    const { id } = await ann.created(description)
    await ann.sent(id, 0, file.slice(0, 50))
    for (const bob of [as(server, 'bob'), as(server, '')]) {
      for (const response of [
        await bob.get(id),
        await bob.patch(id, 50, file.slice(50)),
        await bob.complete(id),
        await bob.abort(id),
      ]) {
        await readProblem(response, 404, 'upload-not-found')
      }
    }
    expect((await ann.status(id)).partial).toEqual([{ index: 0, bytes: 50 }])
  })

  it('is the only one for whom the file exists, and what is known of an aborted upload', async () => {
    const { server } = await startServer({ authorize: byHeader })
    const ann = as(server, 'ann')
    const bob = as(server, 'bob')
    const { id } = await ann.published(file)
    await readProblem(await bob.file(id), 404, 'file-not-found')
    await readProblem(await bob.removeFile(id), 404, 'file-not-found')
    await readProblem(await bob.get(id), 404, 'upload-not-found')
    expect(await ann.bytes(id)).toEqual(file)
    const aborted = await ann.created(description)
    await ann.abort(aborted.id)
    await readProblem(await bob.get(aborted.id), 404, 'upload-not-found')
    await readProblem(await ann.get(aborted.id), 410, 'upload-aborted')
  })

  it('shares no keys with another', async () => {
    const { server } = await startServer({ authorize: byHeader })
    const first = await as(server, 'ann').created(description, KEY)
    const second = await as(server, 'bob').created({ ...description, name: 'b' }, KEY)
    const third = await as(server, '').created({ ...description, name: 'c' }, KEY)
    expect(new Set([first.id, second.id, third.id]).size).toBe(3)
  })

  it('is everybody for whom the application says so', async () => {
    const { server } = await startServer({ authorize: byHeader })
    const { id } = await as(server, 'ann').published(file)
    expect(await as(server, 'admin').bytes(id)).toEqual(file)
    expect((await as(server, 'admin').removeFile(id)).status).toBe(204)
  })
})

describe('authorize', () => {
  it('is asked about every operation, with the request', async () => {
    const asked: [Operation, string, string][] = []
    const { client } = await startServer({
      authorize: (request, operation) => {
        asked.push([operation, request.method, new URL(request.url).pathname])
        return {}
      },
    })
    const { id } = await client.created(description)
    await client.status(id)
    await client.sent(id, 0, file)
    await client.completed(id)
    await client.bytes(id)
    await client.removeFile(id)
    await client.abort(id)
    expect(asked).toEqual([
      ['create', 'POST', '/uploads'],
      ['status', 'GET', `/uploads/${id}`],
      ['send', 'PATCH', `/uploads/${id}`],
      ['complete', 'POST', `/uploads/${id}/complete`],
      ['read', 'GET', `/uploads/files/${id}`],
      ['remove', 'DELETE', `/uploads/files/${id}`],
      ['abort', 'DELETE', `/uploads/${id}`],
    ])
  })

  it.each([
    ['answers false', () => false as const, 403],
    ['answers a response', () => new Response('Sign in', { status: 401 }), 401],
    [
      'throws a response',
      () => {
        throw new Response('Sign in', { status: 401 })
      },
      401,
    ],
    [
      'throws an error',
      () => {
        throw new Error('no database')
      },
      500,
    ],
    ['answers something else', () => JSON.parse('"yes"'), 403],
    ['answers an owner that is no text', () => ({ owner: JSON.parse('7') }), 500],
  ])('refuses a request when it %s, and nothing is kept', async (_what, authorize, status) => {
    const { client, dir } = await startServer({ authorize })
    for (const response of [
      await client.create(description),
      await client.createWhole(file),
      await client.patch('0'.repeat(33), 0, file),
      await client.file('0'.repeat(33)),
    ]) {
      expect(response.status).toBe(status)
    }
    await nothingLeftIn(dir)
  })

  it('is not asked about limits', async () => {
    const { client } = await startServer({ authorize: () => false })
    await read(await client.send('/uploads', { method: 'OPTIONS', headers: {} }), 200)
  })
})
