import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import { connect, type Socket } from 'node:net'
import express from 'express'
import { describe, expect, it, onTestFinished } from 'vitest'
import { diskStorage, toNodeListener } from '../src/index.ts'
import { digestHeader, identityOf, sha256Hex, someBytes } from './support/bytes.ts'
import { gatedFs, newGate } from './support/gated-fs.ts'
import { listen, startHttp, startServer, temporaryFolder, until } from './support/server-fixture.ts'
import { read, readProblem, sendOver, UploadClient } from './support/upload-client.ts'

const MiB = 1024 * 1024
const file = someBytes(3 * MiB)

async function open(port: number): Promise<Socket & { received(): string }> {
  let text = ''
  const socket = connect(port, '127.0.0.1')
  onTestFinished(() => {
    socket.destroy()
  })
  socket.on('data', (data) => {
    text += data.toString('latin1')
  })
  // A reset is something some of these tests look for.
  socket.on('error', (error) => {
    text += String(error)
  })
  await new Promise((resolve) => socket.once('connect', resolve))
  return Object.assign(socket, { received: () => text })
}

function head(method: string, path: string, headers: Readonly<Record<string, string | number>>): string {
  const lines = Object.entries({ Host: 'local.test', ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  )
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`
}

function patchHead(id: string, offset: number, length: number): string {
  const headers = {
    'Content-Type': 'application/octet-stream',
    'Content-Length': length,
    'Upload-Offset': offset,
  }
  return head('PATCH', `/uploads/${id}`, headers)
}

describe('a connection that is cut', () => {
  it.each(['destroy', 'resetAndDestroy'] as const)('by %s leaves a prefix to go on from', async (how) => {
    const { client, port } = await startHttp()
    const { id } = await client.created({ size: file.byteLength, chunkSizeBytes: 2 * MiB })
    const socket = await open(port)
    socket.write(patchHead(id, 0, 2 * MiB))
    socket.write(file.slice(0, MiB + 5))
    await until(async () => (await client.status(id)).partial[0]?.bytes === MiB + 5)
    socket[how]()
    await new Promise((resolve) => socket.once('close', resolve))
    expect((await client.status(id)).partial).toEqual([{ index: 0, bytes: MiB + 5 }])
    await client.sent(id, MiB + 5, file.slice(MiB + 5))
    await client.completed(id, identityOf(file, 2 * MiB))
    expect(sha256Hex(await client.bytes(id))).toBe(sha256Hex(file))
  })

  it('again and again still comes to an end', async () => {
    const { client, port } = await startHttp()
    const { id } = await client.created({ size: MiB, chunkSizeBytes: MiB })
    const step = 300_000
    for (let offset = 0; offset + step < MiB; offset += step) {
      const socket = await open(port)
      socket.write(patchHead(id, offset, MiB - offset))
      socket.write(file.slice(offset, offset + step))
      await until(async () => (await client.status(id)).partial[0]?.bytes === offset + step)
      socket.destroy()
    }
    await client.sent(id, 900_000, file.slice(900_000, MiB))
    await client.completed(id, identityOf(file.slice(0, MiB), MiB))
  })

  it('in the middle of a download is nobody’s error', async () => {
    const { client, port, errors } = await startHttp()
    const large = someBytes(4 * MiB)
    const { id } = await client.created({ size: large.byteLength, chunkSizeBytes: 4 * MiB })
    await client.sent(id, 0, large)
    await client.completed(id)
    const socket = await open(port)
    socket.write(head('GET', `/uploads/files/${id}`, {}))
    await until(() => socket.received().length > 1000)
    socket.destroy()
    expect(sha256Hex(await client.bytes(id))).toBe(sha256Hex(large))
    expect(errors).toEqual([])
  })
})

describe('an early refusal', () => {
  it('is read by a client that is still sending', async () => {
    const { client, port } = await startHttp()
    const { id } = await client.created({ size: 3 * MiB, chunkSizeBytes: MiB })
    const socket = await open(port)
    socket.write(patchHead(id, 2 * MiB, 8 * MiB))
    await until(() => socket.received().includes('"code":"body-too-large"'))
    // All of it is taken, and the connection is still of use.
    for (let sent = 0; sent < 8; sent += 1) socket.write(file.slice(0, MiB))
    socket.write(head('GET', `/uploads/${id}`, {}))
    await until(() => socket.received().includes('HTTP/1.1 200 OK'))
    expect(socket.received()).toMatch(/^HTTP\/1\.1 413 /)
  })

  it('takes no more than so much of what is still sent, and then closes', async () => {
    const { client, port } = await startHttp()
    const { id } = await client.created({ size: 3 * MiB, chunkSizeBytes: MiB })
    const socket = await open(port)
    const huge = 1024 * MiB
    socket.write(patchHead(id, 0, huge))
    let taken = 0
    const isClosed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
    const send = (): void => {
      if (socket.destroyed || taken >= huge) return
      socket.write(file.slice(0, MiB), () => {
        taken += MiB
        send()
      })
    }
    send()
    await isClosed
    expect(socket.received()).toMatch(/^HTTP\/1\.1 413 /)
    expect(socket.received()).toContain('Connection: close')
    expect(taken).toBeGreaterThanOrEqual(32 * MiB)
    expect(taken).toBeLessThan(100 * MiB)
  })

  it('is how a client without a length is answered', async () => {
    const { client, port } = await startHttp()
    const { id } = await client.created({ size: 10, chunkSizeBytes: 10 })
    const socket = await open(port)
    const headers = {
      'Content-Type': 'application/octet-stream',
      'Transfer-Encoding': 'chunked',
      'Upload-Offset': 0,
    }
    socket.write(head('PATCH', `/uploads/${id}`, headers))
    socket.write('5\r\n12345\r\n0\r\n\r\n')
    await until(() => socket.received().includes('"code":"length-required"'))
    expect((await client.status(id)).partial).toEqual([])
  })
})

describe('a body that is longer than declared', () => {
  it('is cut where it should have ended', async () => {
    const { client, port } = await startHttp()
    const { id } = await client.created({ size: 20, chunkSizeBytes: 10 })
    const socket = await open(port)
    socket.write(`${patchHead(id, 0, 10)}0123456789and more`)
    // What follows is no request, so Node ends the connection.
    await until(() => socket.received().includes('HTTP/1.1 400'))
    await until(async () => (await client.status(id)).landed.length > 0)
    const sha256 = [sha256Hex(Buffer.from('0123456789'))]
    expect(await client.status(id)).toMatchObject({ landed: [[0, 1]], sha256, partial: [] })
  })
})

describe('a slow disk', () => {
  it('holds the client back instead of filling the memory', async () => {
    const { gate, open: letGo } = newGate()
    const dir = await temporaryFolder()
    const { http, port, client } = await startHttp({ dir, storage: diskStorage(dir, { fs: gatedFs(gate) }) })
    const { id } = await client.created({ size: 64 * MiB, chunkSizeBytes: 64 * MiB })
    let request: IncomingMessage | undefined
    http.prependListener('request', (incoming) => {
      request = incoming
    })
    const socket = await open(port)
    socket.write(patchHead(id, 0, 64 * MiB))
    let taken = 0
    for (let sent = 0; sent < 64; sent += 1) {
      socket.write(file.slice(0, MiB), () => {
        taken += MiB
      })
    }
    await until(() => request?.isPaused() === true)
    // The rest is in the buffers of the system, and those are small.
    expect(taken).toBeLessThan(32 * MiB)
    letGo()
    await until(() => socket.received().includes('"sha256"'))
  })
})

describe('Express', () => {
  async function mount(build: (app: express.Express, listener: ReturnType<typeof toNodeListener>) => void) {
    const { server } = await startServer()
    const app = express()
    build(app, toNodeListener(server))
    app.use((_request, response) => {
      response.status(418).send('the app')
    })
    const port = await listen(createServer(app))
    return new UploadClient(sendOver(`http://127.0.0.1:${port}`))
  }

  it.each([
    [
      'at its path',
      (app: express.Express, listener: ReturnType<typeof toNodeListener>) =>
        void app.use('/uploads', listener),
    ],
    [
      'at the root',
      (app: express.Express, listener: ReturnType<typeof toNodeListener>) => void app.use(listener),
    ],
    [
      'after body parsers',
      (app: express.Express, listener: ReturnType<typeof toNodeListener>) =>
        void app.use(express.json(), express.raw({ limit: '10mb' }), listener),
    ],
  ])('has it mounted %s by one line', async (_where, build) => {
    const client = await mount(build)
    const { id } = await client.created({ size: file.byteLength, chunkSizeBytes: MiB, metadata: { a: [1] } })
    await Promise.all(
      [0, 1, 2].map((index) => client.sent(id, index * MiB, file.slice(index * MiB, (index + 1) * MiB))),
    )
    await client.completed(id, identityOf(file, MiB))
    expect(sha256Hex(await client.bytes(id))).toBe(sha256Hex(file))
    await client.published(file.slice(0, 100))
    await readProblem(await client.get('nothing'), 404, 'upload-not-found')
  })

  it('keeps what is not under the base path', async () => {
    const client = await mount((app, listener) => void app.use(listener))
    for (const path of ['/', '/uploadsX', '/api']) {
      const response = await client.send(path, { method: 'GET', headers: {} })
      expect([response.status, await response.text()]).toEqual([418, 'the app'])
    }
  })

  it('is given the whole path when it is mounted in a router', async () => {
    const { server } = await startServer({ basePath: '/api/uploads' })
    const app = express()
    const router = express.Router()
    router.use('/uploads', toNodeListener(server))
    app.use('/api', router)
    const port = await listen(createServer(app))
    const client = new UploadClient(sendOver(`http://127.0.0.1:${port}`), '/api/uploads')
    expect(await client.bytes((await client.published(file.slice(0, 9))).id)).toHaveLength(9)
  })
})

describe('an application that answers for itself', () => {
  it('has its response sent as it is', async () => {
    const { client } = await startHttp({
      authorize: () =>
        Response.json({ please: 'sign in' }, { status: 401, headers: { 'WWW-Authenticate': 'Bearer' } }),
    })
    const response = await client.create({ name: 'a', size: 1, chunkSizeBytes: 1 })
    expect(response.headers.get('www-authenticate')).toBe('Bearer')
    expect(await read(response, 401)).toEqual({ please: 'sign in' })
  })

  it('is given the headers of the request', async () => {
    const seen: (string | null)[] = []
    const { client } = await startHttp({
      authorize: (request) => {
        seen.push(request.headers.get('cookie'), request.headers.get('x-token'), new URL(request.url).host)
        return {}
      },
    })
    const key = randomUUID()
    await client.create({ name: 'a', size: 1, chunkSizeBytes: 1 }, key, { Cookie: 'a=b', 'X-Token': 't' })
    expect(seen.slice(0, 2)).toEqual(['a=b', 't'])
    expect(seen[2]).toMatch(/^127\.0\.0\.1:/)
  })
})

describe('a keep-alive connection', () => {
  it('serves one request after another', async () => {
    const { client, port } = await startHttp()
    const { id } = await client.created({ size: 20, chunkSizeBytes: 10 })
    const socket = await open(port)
    const bytes = Buffer.from('01234567890123456789')
    socket.write(
      patchHead(id, 0, 10) +
        bytes.toString('latin1', 0, 10) +
        patchHead(id, 10, 10) +
        bytes.toString('latin1', 10),
    )
    await until(() => socket.received().split('HTTP/1.1 200 OK').length === 3)
    await client.completed(id, identityOf(new Uint8Array(bytes), 10))
    expect(digestHeader(await client.bytes(id))).toBe(digestHeader(bytes))
  })
})
