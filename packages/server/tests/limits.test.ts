import { describe, expect, it } from 'vitest'
import { someBytes } from './support/bytes.ts'
import { ManualClock } from './support/manual-clock.ts'
import { leftIn, nothingLeftIn, startServer, until } from './support/server-fixture.ts'
import { slowPatch } from './support/slow-body.ts'
import { readProblem } from './support/upload-client.ts'

const file = someBytes(200)
const description = { name: 'a', size: 200, chunkSizeBytes: 100 }
const HOUR = 60 * 60 * 1000

describe('too many open uploads', () => {
  it('are refused until one ends', async () => {
    const { client } = await startServer({ limits: { maxOpenUploads: 2 } })
    const first = await client.created(description)
    const second = await client.created(description)
    const response = await client.create(description)
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
    await readProblem(response, 429, 'too-many-uploads')
    await client.abort(first.id)
    await client.created(description)
    await client.sent(second.id, 0, file)
    await client.completed(second.id)
    await client.created(description)
    await readProblem(await client.create(description), 429, 'too-many-uploads')
  })

  it('are counted across a restart, and for each owner', async () => {
    const authorize = (request: Request) => ({ owner: request.headers.get('x-user') ?? 'ann' })
    const limits = { maxOpenUploadsPerOwner: 1 }
    const { client, server, dir } = await startServer({ authorize, limits })
    await client.created(description)
    await server.close()
    const { client: later } = await startServer({ authorize, limits, dir })
    await readProblem(await later.create(description), 429, 'too-many-uploads')
    await later.created(description, undefined, { 'X-User': 'bob' })
  })

  it('do not keep a key from finding its own', async () => {
    const { client } = await startServer({ limits: { maxOpenUploads: 1 } })
    const { id } = await client.created(description, 'the-key-of-this-upload')
    const again = await client.create({ ...description, name: 'file.bin' }, 'the-key-of-another-one')
    await readProblem(again, 429, 'too-many-uploads')
    const response = await client.create({ ...description }, 'the-key-of-this-upload')
    expect(await response.json()).toMatchObject({ id })
  })
})

describe('an abandoned upload', () => {
  it('expires so long after its last byte, and is dropped without anybody asking', async () => {
    const clock = new ManualClock()
    const { client, server, dir } = await startServer({ clock, limits: { expiresAfterMs: HOUR } })
    const { id, expiresAt } = await client.created(description)
    expect(expiresAt).toBe(clock.now() + HOUR)
    clock.advance(HOUR / 2)
    expect((await client.sent(id, 0, file.slice(0, 50))).expiresAt).toBe(clock.now() + HOUR)
    clock.advance(HOUR - 1)
    expect(await server.sweep()).toEqual({ expired: 0 })
    expect((await client.status(id)).expiresAt).toBe(clock.now() + 1)
    // It is swept by itself, every ten minutes.
    clock.advance(10 * 60 * 1000)
    await until(async () => (await leftIn(dir)).length === 0)
    await readProblem(await client.get(id), 410, 'upload-expired')
    await readProblem(await client.patch(id, 50, file.slice(50)), 410, 'upload-expired')
  })

  it('is dropped by a sweep, also after a restart', async () => {
    const clock = new ManualClock()
    const limits = { expiresAfterMs: HOUR }
    const { client, server, dir } = await startServer({ clock, limits })
    const { id } = await client.created(description)
    await client.sent(id, 0, file.slice(0, 100))
    await server.close()
    clock.advance(HOUR)
    const { server: later, client: second } = await startServer({ clock, limits, dir })
    expect(await later.sweep()).toEqual({ expired: 1 })
    await nothingLeftIn(dir)
    await readProblem(await second.get(id), 410, 'upload-expired')
  })

  it('does not expire while somebody is sending', async () => {
    const clock = new ManualClock()
    const limits = { expiresAfterMs: 1000, idleTimeoutMs: HOUR }
    const { client, server } = await startServer({ clock, limits })
    const { id } = await client.created(description)
    const slow = slowPatch(server, id, 0, 200)
    slow.push(file.slice(0, 50))
    await until(async () => (await client.status(id)).partial.length === 1)
    clock.advance(5000)
    expect(await server.sweep()).toEqual({ expired: 0 })
    slow.push(file.slice(50))
    slow.end()
    expect((await slow.response).status).toBe(200)
    clock.advance(1000)
    await readProblem(await client.get(id), 410, 'upload-expired')
  })

  it('never expires where that is switched off', async () => {
    const clock = new ManualClock()
    const { client } = await startServer({ clock, limits: { expiresAfterMs: null } })
    const { id, expiresAt } = await client.created(description)
    expect(expiresAt).toBeNull()
    clock.advance(1000 * 24 * HOUR)
    expect((await client.status(id)).expiresAt).toBeNull()
  })

  it('makes room for another when there are too many', async () => {
    const clock = new ManualClock()
    const { client, server } = await startServer({
      clock,
      limits: { maxOpenUploads: 1, expiresAfterMs: 1000 },
    })
    await client.created(description)
    await server.sweep()
    clock.advance(1000)
    await client.created(description)
  })
})

describe('a key', () => {
  it('of a file is forgotten a day after its upload was created, and not before', async () => {
    const clock = new ManualClock()
    const { client, server, dir } = await startServer({ clock })
    const key = 'the-key-of-this-file'
    const first = await (await client.createWhole(file, {}, key)).json()
    clock.advance(24 * HOUR - 1)
    expect(await (await client.createWhole(file, {}, key)).json()).toEqual(first)
    await server.close()
    const { client: later, server: second } = await startServer({ clock, dir })
    expect(await (await later.createWhole(file, {}, key)).json()).toEqual(first)
    clock.advance(2)
    await second.sweep()
    expect((await later.createWhole(file, {}, key)).status).toBe(201)
  })
})
