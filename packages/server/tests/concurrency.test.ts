import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { createUploadServer, diskStorage, type WirePublished, type WireUpload } from '../src/index.ts'
import { digestHeader, identityOf, sha256Hex, someBytes } from './support/bytes.ts'
import { ForgetfulDisk } from './support/forgetful-disk.ts'
import { gatedFs, newGate } from './support/gated-fs.ts'
import { ManualClock } from './support/manual-clock.ts'
import {
  idsIn,
  isOnDisk,
  nothingLeftIn,
  onDiskOnly,
  startServer,
  temporaryFolder,
  until,
} from './support/server-fixture.ts'
import { slowBody, slowPatch } from './support/slow-body.ts'
import { read, readProblem, sendTo, UploadClient } from './support/upload-client.ts'

const CHUNK = 100
const file = someBytes(300)
const other = someBytes(300, 9)

async function open(options = {}): Promise<Awaited<ReturnType<typeof startServer>> & { id: string }> {
  const started = await startServer(options)
  const { id } = await started.client.created({ size: 300, chunkSizeBytes: CHUNK })
  return { ...started, id }
}

async function partialIs(client: UploadClient, id: string, partial: WireUpload['partial']): Promise<void> {
  await until(async () => JSON.stringify((await client.status(id)).partial) === JSON.stringify(partial))
}

describe('a request that breaks', () => {
  it('leaves the prefix of its chunk, to go on from', async () => {
    const { client, server, id } = await open()
    const slow = slowPatch(server, id, 0, 100)
    slow.push(file.slice(0, 30))
    slow.push(file.slice(30, 42))
    await partialIs(client, id, [{ index: 0, bytes: 42 }])
    slow.break()
    await slow.response
    expect((await client.status(id)).partial).toEqual([{ index: 0, bytes: 42 }])
    const { chunks } = await client.sent(id, 42, file.slice(42, 100))
    expect(chunks).toEqual([{ index: 0, sha256: sha256Hex(file.slice(0, 100)) }])
  })

  it.each([
    ['', {}],
    [', where its digest is right', { 'Content-Digest': digestHeader(file.slice(0, 100)) }],
  ])('after its last byte and before its end has landed its chunk%s', async (_, headers) => {
    const { client, server, id } = await open()
    const slow = slowPatch(server, id, 0, 100, headers)
    slow.push(file.slice(0, 100))
    await until(async () => (await client.status(id)).partial.length > 0)
    slow.break()
    await slow.response
    expect(await client.status(id)).toMatchObject({ landed: [[0, 1]], partial: [] })
  })

  it('after its last byte leaves nothing of a chunk whose digest is wrong', async () => {
    const { client, server, id } = await open()
    const slow = slowPatch(server, id, 0, 100, { 'Content-Digest': digestHeader(other.slice(0, 100)) })
    slow.push(file.slice(0, 100))
    await until(async () => (await client.status(id)).partial.length > 0)
    slow.break()
    await slow.response
    expect(await client.status(id)).toMatchObject({ landed: [], partial: [] })
  })

  it.each([{}, { 'Content-Digest': digestHeader(file) }])(
    'lands the chunks that it brought in whole, with the headers %o',
    async (headers) => {
      const { client, server, id } = await open()
      const slow = slowPatch(server, id, 0, 300, headers)
      slow.push(file.slice(0, 250))
      await partialIs(client, id, [{ index: 2, bytes: 50 }])
      slow.break()
      await slow.response
      expect(await client.status(id)).toMatchObject({ landed: [[0, 2]], partial: [{ index: 2, bytes: 50 }] })
    },
  )

  it('leaves nothing of a file that was to come in one request', async () => {
    const { server, dir } = await startServer()
    const { response, ...slow } = slowWhole(server, randomUUID())
    slow.push(file.slice(0, 40))
    await until(slow.isRead)
    slow.break()
    await response
    await nothingLeftIn(dir)
  })
})

describe('a newer request for a chunk', () => {
  it('ends the older one before it writes, and goes on from its prefix', async () => {
    const { client, server, id } = await open()
    const slow = slowPatch(server, id, 0, 100)
    slow.push(file.slice(0, 30))
    await partialIs(client, id, [{ index: 0, bytes: 30 }])
    const { chunks } = await client.sent(id, 30, file.slice(30, 100))
    expect(chunks).toEqual([{ index: 0, sha256: sha256Hex(file.slice(0, 100)) }])
    await readProblem(await slow.response, 409, 'superseded')
  })

  onDiskOnly(() =>
    it('waits for the write that the older one has begun', async () => {
      const { gate, open: letGo } = newGate()
      const writes: number[] = []
      const dir = await temporaryFolder()
      const storage = diskStorage(dir, { fs: gatedFs(gate, (position) => writes.push(position)) })
      const { client, server, id } = await open({ dir, storage })
      const slow = slowPatch(server, id, 0, 100)
      slow.push(other.slice(0, 30))
      await until(() => writes.length === 1)
      const newer = client.sent(id, 0, file.slice(0, 100))
      await new Promise((resolve) => setTimeout(resolve, 20))
      expect(writes).toEqual([0])
      letGo()
      expect((await newer).chunks).toEqual([{ index: 0, sha256: sha256Hex(file.slice(0, 100)) }])
      await readProblem(await slow.response, 409, 'superseded')
      await server.close()
      expect(sha256Hex((await readFile(`${dir}/open/${id}/data`)).subarray(0, 100))).toBe(
        sha256Hex(file.slice(0, 100)),
      )
    }),
  )

  it('may write all of it anew, and not a byte of the older one is left', async () => {
    const { client, server, id } = await open()
    const slow = slowPatch(server, id, 0, 200)
    slow.push(other.slice(0, 150))
    await partialIs(client, id, [{ index: 1, bytes: 50 }])
    const { chunks } = await client.sent(id, 100, file.slice(100, 200))
    slow.push(other.slice(150, 200))
    await readProblem(await slow.response, 409, 'superseded')
    expect(chunks).toEqual([{ index: 1, sha256: sha256Hex(file.slice(100, 200)) }])
    expect((await client.status(id)).sha256[0]).toBe(sha256Hex(other.slice(0, 100)))
  })

  // Which of several is the newest is told by who asked for the chunk last, and where asking takes time nobody can tell.
  onDiskOnly(() =>
    it('is itself ended by a newer one while it waits', async () => {
      const { client, server, id } = await open()
      const requests = Array.from({ length: 5 }, () => slowPatch(server, id, 0, 100))
      await client.sent(id, 0, file.slice(0, 100))
      for (const { response } of requests) await readProblem(await response, 409, 'superseded')
    }),
  )

  it('leaves the requests for other chunks alone', async () => {
    const { client, server, id } = await open()
    const slow = slowPatch(server, id, 100, 100)
    slow.push(file.slice(100, 150))
    await client.sent(id, 0, file.slice(0, 100))
    slow.push(file.slice(150, 200))
    slow.end()
    expect((await slow.response).status).toBe(200)
  })

  it('does not end an older one when it is refused by its head alone', async () => {
    const { client, server, id } = await open()
    const slow = slowPatch(server, id, 0, 100)
    slow.push(file.slice(0, 50))
    await readProblem(
      await client.patch(id, 0, file.slice(0, 301 - 200), { 'Content-Digest': 'x' }),
      400,
      'invalid-digest',
    )
    await readProblem(await client.patch(id, 0, new Uint8Array(301)), 413, 'body-too-large')
    slow.push(file.slice(50, 100))
    slow.end()
    expect((await slow.response).status).toBe(200)
  })
})

describe('a file in one request', () => {
  it('goes on in the newer of two requests with one key', async () => {
    const { client, server, dir } = await startServer()
    const key = randomUUID()
    const { response, ...slow } = slowWhole(server, key)
    slow.push(file.slice(0, 40))
    await until(slow.isRead)
    const { id } = await read<WirePublished>(await client.createWhole(file, {}, key), 201)
    await readProblem(await response, 409, 'superseded')
    expect(await client.bytes(id)).toEqual(file)
    expect(await idsIn(dir, 'files')).toEqual([id])
  })

  it('is one file when many requests with one key come at once', async () => {
    const { client, dir } = await startServer()
    const key = randomUUID()
    const responses = await Promise.all(Array.from({ length: 6 }, () => client.createWhole(file, {}, key)))
    const last = await client.createWhole(file, {}, key)
    expect(last.status).toBe(200)
    for (const { status } of responses) expect([200, 201, 409]).toContain(status)
    expect(await idsIn(dir, 'files')).toHaveLength(1)
  })
})

onDiskOnly(() =>
  describe('many parts at once', () => {
    it('share the syncs of the disk', async () => {
      const disk = new ForgetfulDisk()
      const server = createUploadServer({ storage: diskStorage('/store', { fs: disk }) })
      const client = new UploadClient(sendTo(server))
      const count = 100
      const bytes = someBytes(count * 10)
      const { id } = await client.created({ size: bytes.byteLength, chunkSizeBytes: 10 })
      let syncs = 0
      disk.fail = (call) => {
        if (call === 'fdatasync') syncs += 1
        return undefined
      }
      await Promise.all(
        Array.from({ length: count }, (_, index) =>
          client.sent(id, index * 10, bytes.slice(index * 10, index * 10 + 10)),
        ),
      )
      // Two a commit; one part after another would take two hundred.
      expect(syncs).toBeLessThan(60)
      await client.completed(id, identityOf(bytes, 10))
      expect(await client.bytes(id)).toEqual(bytes)
    })
  }),
)

describe('aborting', () => {
  it('ends the requests that are being received', async () => {
    const { client, server, id, dir } = await open()
    const slow = slowPatch(server, id, 0, 300)
    slow.push(file.slice(0, 150))
    await partialIs(client, id, [{ index: 1, bytes: 50 }])
    expect((await client.abort(id)).status).toBe(204)
    await readProblem(await slow.response, 410, 'upload-aborted')
    await nothingLeftIn(dir)
  })
})

describe('closing the server', () => {
  it('ends the requests that are being received; what had landed is there after a restart', async () => {
    const { client, server, id, dir } = await open()
    const slow = slowPatch(server, id, 0, 300)
    slow.push(file.slice(0, 150))
    await partialIs(client, id, [{ index: 1, bytes: 50 }])
    await server.close()
    await readProblem(await slow.response, 503, 'unavailable')
    await readProblem(await client.get(id), 503, 'unavailable')
    const later = await startServer({ dir })
    const partial = isOnDisk() ? [] : [{ index: 1, bytes: 50 }]
    expect(await later.client.status(id)).toMatchObject({ landed: [[0, 1]], partial })
  })
})

describe('a body that stalls', () => {
  it('is ended after the idle timeout, however slow it was before', async () => {
    const clock = new ManualClock()
    const { client, server, id } = await open({ clock, limits: { idleTimeoutMs: 1000 } })
    const slow = slowPatch(server, id, 0, 100)
    for (let bytes = 10; bytes <= 50; bytes += 10) {
      slow.push(file.slice(bytes - 10, bytes))
      await partialIs(client, id, [{ index: 0, bytes }])
      clock.advance(900)
    }
    clock.advance(100)
    await readProblem(await slow.response, 408, 'idle-timeout')
    expect((await client.status(id)).partial).toEqual([{ index: 0, bytes: 50 }])
  })
})

function slowWhole(
  server: { fetch(request: Request): Promise<Response> },
  key: string,
): ReturnType<typeof slowPatch> {
  const body = slowBody()
  const description = { name: 'file.bin', size: 300, chunkSizeBytes: 1024 * 1024 }
  const init: RequestInit & { duplex: 'half' } = {
    method: 'POST',
    headers: {
      'Content-Type': 'application/octet-stream',
      'Content-Length': '300',
      'Idempotency-Key': key,
      'Lading-Upload': Buffer.from(JSON.stringify(description)).toString('base64url'),
      'Content-Digest': digestHeader(file),
    },
    body: body.stream,
    duplex: 'half',
  }
  return { ...body, response: server.fetch(new Request('http://local.test/uploads', init)) }
}
