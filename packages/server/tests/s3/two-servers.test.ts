import { expect, it } from 'vitest'
import type { Completed, WirePublished, WireUpload } from '../../src/index.ts'
import { identityOf, someBytes } from '../support/bytes.ts'
import { describeOnS3, listBucket, newPrefix, onS3, storageAt } from '../support/on-s3.ts'
import { mortalClient } from '../support/s3-tap.ts'
import { idsIn, nothingLeftIn, startServer, until, useStorage } from '../support/server-fixture.ts'
import { slowPatch } from '../support/slow-body.ts'
import { read, readProblem } from '../support/upload-client.ts'

const CHUNK = 100
const file = someBytes(250)
const other = someBytes(250, 9)
const description = { size: 250, chunkSizeBytes: CHUNK }
const KEY = 'one-key-for-one-upload'

async function startTwo(options: Parameters<typeof startServer>[0] = {}) {
  const dir = newPrefix()
  const [a, b] = await Promise.all([startServer({ ...options, dir }), startServer({ ...options, dir })])
  return { a, b, dir, one: a.client, two: b.client }
}

describeOnS3('two servers on one bucket', () => {
  useStorage(onS3)

  it('go on inside a chunk where the other has stopped', async () => {
    const { one, two, a } = await startTwo()
    const { id } = await one.created(description)
    const slow = slowPatch(a.server, id, 0, 250)
    slow.push(file.slice(0, 140))
    await until(slow.isRead)
    slow.break()
    await slow.response
    expect(await two.status(id)).toMatchObject({ landed: [[0, 1]], partial: [{ index: 1, bytes: 40 }] })
    await two.sent(id, 140, file.slice(140, 180))
    await one.sent(id, 180, file.slice(180))
    await two.completed(id, identityOf(file, CHUNK))
    expect(Buffer.compare(await one.bytes(id), file)).toBe(0)
  })

  it('agree on whose bytes a chunk has when both bring others at once', async () => {
    const { one, two } = await startTwo()
    for (let round = 0; round < 4; round += 1) {
      const { id } = await one.created({ size: CHUNK, chunkSizeBytes: CHUNK })
      const answers = await Promise.all([
        one.patch(id, 0, file.slice(0, CHUNK)),
        two.patch(id, 0, other.slice(0, CHUNK)),
      ])
      const statuses = answers.map(({ status }) => status)
      expect([...statuses].sort()).toEqual([200, 409])
      const winner = statuses[0] === 200 ? file : other
      await two.completed(id, identityOf(winner.slice(0, CHUNK), CHUNK))
      expect(Buffer.compare(await one.bytes(id), winner.slice(0, CHUNK))).toBe(0)
    }
  })

  it('end an upload as completed or as aborted, never as both', async () => {
    const { one, two } = await startTwo()
    for (let round = 0; round < 5; round += 1) {
      const { id } = await one.created(description)
      await two.sent(id, 0, file)
      const [completed, aborted] = await Promise.all([one.complete(id), two.abort(id)])
      const isCompleted = completed.status === 200
      expect([completed.status, aborted.status]).toEqual(isCompleted ? [200, 409] : [410, 204])
      expect((await one.get(id)).status).toBe(isCompleted ? 200 : 410)
      expect((await two.file(id)).status).toBe(isCompleted ? 200 : 404)
    }
  })

  it('announce a file once, though both complete it', async () => {
    const told: Completed[] = []
    const { one, two } = await startTwo({ onComplete: (completed) => void told.push(completed) })
    const { id } = await one.created(description)
    await one.sent(id, 0, file)
    const [first, second] = await Promise.all([one.completed(id), two.completed(id)])
    expect(second).toEqual(first)
    expect(told).toEqual([first])
  })

  it('make one upload of one key, and one file', async () => {
    const { one, two, dir } = await startTwo()
    const responses = await Promise.all(
      [one, two, one, two].map((client) => client.create({ name: 'a', ...description }, KEY)),
    )
    expect(responses.map(({ status }) => status).sort()).toEqual([200, 200, 200, 201])
    const ids = await Promise.all(
      responses.map(async (response) => (await read<WireUpload>(response, response.status)).id),
    )
    expect(new Set(ids).size).toBe(1)
    const wholes = await Promise.all([one, two].map((client) => client.createWhole(file, {}, `${KEY}-2`)))
    expect(wholes.map(({ status }) => status).sort()).toEqual([200, 201])
    const [first, second] = await Promise.all(
      wholes.map((response) => read<WirePublished>(response, response.status)),
    )
    expect(second).toEqual(first)
    expect(await idsIn(dir, 'files')).toEqual([first?.id])
    expect(await idsIn(dir, 'open')).toEqual([ids[0]])
    // Nothing is left of who came second.
    const contents = (await listBucket(`${dir}content/`)).filter((name) => !name.includes(first?.id ?? ''))
    expect(contents).toEqual([])
  })

  it('keep a file as it is when one of them wakes up after the other has completed it', async () => {
    const { one, two, a, dir } = await startTwo()
    const MiB = 1024 * 1024
    const large = someBytes(6 * MiB)
    const { id } = await one.created({ size: large.length, chunkSizeBytes: 5 * MiB })
    const asleep = slowPatch(a.server, id, 0, 5 * MiB)
    asleep.push(large.slice(0, MiB))
    await until(asleep.isRead)
    await two.sent(id, 0, large)
    await two.completed(id, identityOf(large, 5 * MiB))
    const ofUpload = async () => (await listBucket(dir)).filter((name) => name.includes(`uploads/${id}`))
    await until(async () => (await ofUpload()).length === 0)
    asleep.push(large.slice(MiB, 5 * MiB))
    asleep.end()
    await asleep.response
    expect(await ofUpload()).toEqual([])
    expect(Buffer.compare(await two.bytes(id), large)).toBe(0)
  })

  it('refuse a chunk that is replaced after the other has completed the upload', async () => {
    const { one, two } = await startTwo()
    const { id } = await one.created(description)
    const { chunks } = await one.sent(id, 0, file)
    await two.completed(id)
    const replaces = {
      'Lading-Replaces': `sha-256=:${Buffer.from(chunks[0]?.sha256 ?? '', 'hex').toString('base64')}:`,
    }
    await readProblem(await one.patch(id, 0, other.slice(0, CHUNK), replaces), 409, 'upload-completed')
    expect(Buffer.compare(await one.bytes(id), file)).toBe(0)
  })
})

describeOnS3('a server that is gone after any of its requests', () => {
  useStorage(onS3)

  async function startMortal() {
    const dir = newPrefix()
    const { client, dieAfter, isDead } = mortalClient()
    const told: Completed[] = []
    const onComplete = (completed: Completed) => void told.push(completed)
    const dying = await startServer({
      dir,
      storage: storageAt(dir, { client }),
      onComplete,
      onError: () => undefined,
    })
    const living = await startServer({ dir, onComplete })
    return { dir, told, dieAfter, isDead, dying: dying.client, living: living.client }
  }

  /** For each request of some work: the work stops there, and then somebody else goes on. */
  async function stopEverywhere(
    work: (at: number, started: Awaited<ReturnType<typeof startMortal>>) => Promise<void>,
  ): Promise<number> {
    // Side by side: what takes time is the way to the store and back.
    for (let at = 0; at < 40; at += 8) {
      const lives = await Promise.all(
        Array.from({ length: 8 }, async (_, more) => {
          const started = await startMortal()
          await work(at + more, started)
          return !started.isDead()
        }),
      )
      const survivor = lives.indexOf(true)
      if (survivor !== -1) return at + survivor
    }
    throw new Error('It died every time')
  }

  it('while it completes leaves an upload that another completes, to the same file', async () => {
    const count = await stopEverywhere(async (at, { dying, living, dieAfter, told, dir }) => {
      const { id } = await living.created({ size: 250, chunkSizeBytes: 250 })
      await living.sent(id, 0, file)
      dieAfter(at)
      await dying.complete(id)
      const { result } = await living.completed(id, identityOf(file, 250))
      expect(await living.completed(id)).toEqual({ result })
      expect(Buffer.compare(await living.bytes(id), file)).toBe(0)
      expect(told).toEqual([{ result }])
      expect(await idsIn(dir, 'files')).toEqual([id])
    })
    expect(count).toBeGreaterThan(5)
  })

  it('while it lands a chunk leaves it landed or not, and never half', async () => {
    const count = await stopEverywhere(async (at, { dying, living, dieAfter }) => {
      const { id } = await living.created(description)
      dieAfter(at)
      const response = await dying.patch(id, 0, file)
      const { landed } = await living.status(id)
      if (response.status === 200) expect(landed).toEqual([[0, 3]])
      await living.sent(id, 0, file)
      await living.completed(id, identityOf(file, CHUNK))
      expect(Buffer.compare(await living.bytes(id), file)).toBe(0)
    })
    expect(count).toBeGreaterThan(5)
  })

  it('while it takes in a small file leaves a key that another uses, for one file', async () => {
    const count = await stopEverywhere(async (at, { dying, living, dieAfter, dir }) => {
      dieAfter(at)
      await dying.createWhole(file, {}, KEY)
      const response = await living.createWhole(file, {}, KEY)
      expect([200, 201]).toContain(response.status)
      const { id } = await read<WirePublished>(response, response.status)
      expect(Buffer.compare(await living.bytes(id), file)).toBe(0)
      expect(await idsIn(dir, 'files')).toEqual([id])
    })
    expect(count).toBeGreaterThan(3)
  })

  it('while it aborts leaves an upload that is open, or is dropped by the next who aborts', async () => {
    const count = await stopEverywhere(async (at, { dying, living, dieAfter, dir }) => {
      const { id } = await living.created(description)
      await living.sent(id, 0, file)
      dieAfter(at)
      await dying.abort(id)
      expect((await living.abort(id)).status).toBe(204)
      await readProblem(await living.get(id), 410, 'upload-aborted')
      expect(await idsIn(dir, 'files')).toEqual([])
    })
    expect(count).toBeGreaterThan(4)
  })

  it('while it removes a file leaves the file, or one that a sweep removes', async () => {
    const count = await stopEverywhere(async (at, { dying, dieAfter, dir }) => {
      const { id } = await (await startServer({ dir })).client.published(file)
      dieAfter(at)
      const response = await dying.removeFile(id)
      const { server, client } = await startServer({ dir })
      const isThere = (await client.file(id)).status === 200
      if (response.status === 204) expect(isThere).toBe(false)
      await server.sweep()
      if ((await client.file(id)).status === 200) expect((await client.removeFile(id)).status).toBe(204)
      await nothingLeftIn(dir)
    })
    expect(count).toBeGreaterThan(4)
  })
})
