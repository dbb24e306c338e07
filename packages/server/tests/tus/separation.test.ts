import { describe, expect, it } from 'vitest'
import type { Grant, Operation } from '../../src/index.ts'
import { identityOf, someBytes } from '../support/bytes.ts'
import { startServer } from '../support/server-fixture.ts'
import { readProblem, sendTo } from '../support/upload-client.ts'
import { idOf, locationOf, startTus, TusClient } from './support/tus-client.ts'

const MiB = 1024 * 1024
const file = someBytes(100)

describe('an upload that tus has begun', () => {
  it('does not exist for the native protocol before it is a file', async () => {
    const { tus, native } = await startTus()
    const path = await tus.created(100)
    await tus.sent(path, 0, file.slice(0, 40))
    const id = idOf(path)
    for (const response of [
      await native.get(id),
      await native.patch(id, 40, file.slice(40)),
      await native.patch(id, 0, file),
      await native.complete(id),
      await native.abort(id),
    ]) {
      await readProblem(response, 404, 'upload-not-found')
    }
    expect(await tus.offset(path)).toBe(40)
    await tus.sent(path, 40, file.slice(40))
    expect((await native.status(id)).result?.digest).toEqual(identityOf(file, 8 * MiB))
    expect(await native.bytes(id)).toEqual(file)
  })

  it('has no key that another client could use', async () => {
    const { tus, native } = await startTus()
    const id = idOf(await tus.created(100))
    expect((await native.create({ name: '', size: 100, chunkSizeBytes: 100 }, id)).status).toBe(201)
    await readProblem(
      await native.create({ name: '', size: 100, chunkSizeBytes: 100 }, `tus:${id}`),
      400,
      'invalid-idempotency-key',
    )
  })
})

describe('an upload of the native protocol', () => {
  it('does not exist for tus, open or published', async () => {
    const { tus, native } = await startTus()
    const open = await native.created({ size: 100, chunkSizeBytes: 50 })
    const done = await native.published(file)
    for (const id of [open.id, done.id]) {
      const path = `/uploads/${id}`
      expect((await tus.head(path)).status).toBe(404)
      await readProblem(await tus.patch(path, 0, file), 404, 'upload-not-found')
      await readProblem(await tus.delete(path), 404, 'upload-not-found')
    }
    expect((await native.status(open.id)).landed).toEqual([])
    expect(await native.bytes(done.id)).toEqual(file)
  })
})

describe('an owner of a tus upload', () => {
  const byHeader = (request: Request): Grant => ({ owner: request.headers.get('x-user') ?? 'nobody' })

  async function start(authorize: typeof byHeader | ((request: Request, operation: Operation) => unknown)) {
    const { server } = await startServer({ tus: true, authorize: authorize as typeof byHeader })
    const as = (user: string): TusClient => {
      const send = sendTo(server)
      return new TusClient((path, init) =>
        send(path, { ...init, headers: { ...init.headers, 'X-User': user } }),
      )
    }
    return { as }
  }

  it('is the only one for whom it exists, before and after', async () => {
    const { as } = await start(byHeader)
    const path = await as('ann').created(100)
    await as('ann').sent(path, 0, file.slice(0, 40))
    const tryAll = async (): Promise<void> => {
      expect((await as('bob').head(path)).status).toBe(404)
      await readProblem(await as('bob').patch(path, 40, file.slice(40)), 404, 'upload-not-found')
      await readProblem(await as('bob').delete(path), 404, 'upload-not-found')
    }
    await tryAll()
    expect(await as('ann').sent(path, 40, file.slice(40))).toBe(100)
    await tryAll()
    await as('ann').delete(path)
    await tryAll()
  })

  it('is asked for each thing by its name, and to remove what has been published', async () => {
    const asked: Operation[] = []
    const { as } = await start((request: Request, operation: Operation) => {
      asked.push(operation)
      expect(request.headers.get('tus-resumable')).toBe('1.0.0')
      return operation === 'remove' ? request.headers.get('x-user') === 'ann' && {} : {}
    })
    const path = await as('bob').created(100)
    await as('bob').sent(path, 0, file)
    await as('bob').offset(path)
    await readProblem(await as('bob').delete(path), 403, 'forbidden')
    expect(await as('bob').offset(path)).toBe(100)
    expect(asked).toEqual(['create', 'send', 'status', 'abort', 'remove', 'status'])
    expect((await as('ann').delete(path)).status).toBe(204)
    expect((await as('ann').head(path)).status).toBe(404)
  })

  it('gets the application’s own answer', async () => {
    const { as } = await start(() => new Response('sign in', { status: 401 }))
    const response = await as('ann').create(10)
    expect([response.status, await response.text()]).toEqual([401, 'sign in'])
  })
})

describe('a page of another origin', () => {
  const cors = { origin: 'https://app.example' }
  const origin = { Origin: 'https://app.example' }

  it('may send the headers of tus, and read them', async () => {
    const { tus, client } = await startTus({ cors })
    const wanted =
      'tus-resumable,upload-length,upload-metadata,upload-offset,upload-checksum,x-http-method-override'
    const preflight = await client.send('/uploads', {
      method: 'OPTIONS',
      headers: {
        ...origin,
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': wanted,
      },
    })
    expect(preflight.status).toBe(204)
    const allowed = preflight.headers.get('access-control-allow-headers')?.toLowerCase().split(', ')
    for (const name of wanted.split(',')) expect(allowed?.join()).toContain(name)
    const created = await tus.create(10, origin)
    for (const response of [created, await tus.head(locationOf(created), origin)]) {
      expect(response.headers.get('access-control-allow-origin')).toBe('https://app.example')
      const exposed = response.headers.get('access-control-expose-headers')?.split(', ')
      for (const name of ['Location', 'Upload-Offset', 'Upload-Length', 'Lading-Result', 'Tus-Resumable']) {
        expect(exposed).toContain(name)
      }
    }
  })
})
