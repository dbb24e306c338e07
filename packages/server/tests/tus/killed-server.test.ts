import { readFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { Upload } from 'tus-js-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sha256Hex, someBytes } from '../support/bytes.ts'
import { buildCli, originOf, runCli } from '../support/child-server.ts'
import { temporaryFolder, until } from '../support/server-fixture.ts'
import { sendOver, UploadClient } from '../support/upload-client.ts'
import { idOf, TusClient } from './support/tus-client.ts'

const MiB = 1024 * 1024
const CHUNK = 8 * MiB
let cli = ''
let remove = async (): Promise<void> => undefined

beforeAll(async () => {
  ;({ cli, remove } = await buildCli())
})
afterAll(() => remove())

async function start(dir: string, port = '0') {
  const child = runCli(cli, ['--dir', dir, '--port', port, '--tus'])
  const origin = await originOf(child)
  const send = sendOver(origin)
  return { child, origin, tus: new TusClient(send), native: new UploadClient(send) }
}

/** How many chunks the journal of an upload has. */
async function landedIn(dir: string, path: string): Promise<number> {
  const journal = await readFile(join(dir, 'open', idOf(path), 'journal'), 'utf8')
  return journal.split('"land"').length - 1
}

/** Begins to send all that is left, and stops in the middle; ends when the connection does. */
function sendUpTo(url: string, bytes: Uint8Array, offset: number, end: number): Promise<void> {
  return new Promise((resolve) => {
    const headers = {
      'Tus-Resumable': '1.0.0',
      'Content-Type': 'application/offset+octet-stream',
      'Content-Length': bytes.byteLength - offset,
      'Upload-Offset': offset,
    }
    const outgoing = request(url, { method: 'PATCH', headers })
    outgoing.on('error', () => undefined)
    outgoing.on('close', () => resolve())
    outgoing.write(bytes.slice(offset, end))
  })
}

describe('a server that is killed in the middle of a PATCH', () => {
  it('says what it still has when it comes back, and the upload goes on from there to the end', async () => {
    const dir = await temporaryFolder()
    const file = someBytes(40 * MiB + 77)
    let server = await start(dir)
    const path = await server.tus.created(file.byteLength, { 'Upload-Metadata': 'filename YQ==' })
    let offset = await server.tus.sent(path, 0, file.slice(0, CHUNK))
    // The first time in the second chunk, then in the fourth, then where one ends.
    for (const end of [11 * MiB, 30 * MiB, 32 * MiB]) {
      const sending = sendUpTo(server.origin + path, file, offset, end)
      // Not by asking the server, as that would end the request.
      const landed = Math.floor(end / CHUNK)
      await until(async () => (await landedIn(dir, path)) === landed)
      server.child.process.kill('SIGKILL')
      await Promise.all([server.child.ended, sending])
      server = await start(dir)
      const durable = await server.tus.offset(path)
      // Whole chunks: none that had landed is missing, and of the next one nothing is left.
      expect(durable).toBe(landed * CHUNK)
      offset = durable
    }
    expect(await server.tus.sent(path, offset, file.slice(offset))).toBe(file.byteLength)
    server.child.process.kill('SIGKILL')
    await server.child.ended
    const { tus, native } = await start(dir)
    const head = await tus.head(path)
    expect(head.headers.get('upload-offset')).toBe(String(file.byteLength))
    expect(head.headers.get('lading-result')).toBe(`/uploads/files/${idOf(path)}`)
    expect(sha256Hex(await native.bytes(idOf(path)))).toBe(sha256Hex(file))
  }, 60_000)

  it('is hardly noticed by tus-js-client, which asks and goes on', async () => {
    const dir = await temporaryFolder()
    const file = Buffer.from(someBytes(45 * MiB + 77))
    const first = await start(dir)
    const { port } = new URL(first.origin)
    let restarting: Promise<unknown> | undefined
    const restart = async (): Promise<void> => {
      first.child.process.kill('SIGKILL')
      await first.child.ended
      await start(dir, port)
    }
    const url = await new Promise<string | null>((resolve, reject) => {
      const upload = new Upload(file, {
        endpoint: `${first.origin}/uploads`,
        chunkSize: 5 * MiB,
        retryDelays: Array.from({ length: 50 }, () => 200),
        onProgress: (sent) => {
          if (sent > 22 * MiB) restarting ??= restart()
        },
        onError: reject,
        onSuccess: () => resolve(upload.url),
      })
      upload.start()
    })
    expect(restarting).toBeDefined()
    await restarting
    const native = new UploadClient(sendOver(first.origin))
    expect(sha256Hex(await native.bytes(idOf(url ?? '')))).toBe(sha256Hex(file))
  }, 60_000)

  it('can be told not to speak tus by saying nothing', async () => {
    const child = runCli(cli, ['--dir', await temporaryFolder(), '--port', '0'])
    const tus = new TusClient(sendOver(await originOf(child)))
    expect((await tus.create(10)).status).toBe(415)
  })
})
