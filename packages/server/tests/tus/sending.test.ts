import { stat } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { diskStorage } from '../../src/index.ts'
import { sha256Hex, someBytes } from '../support/bytes.ts'
import { gatedFs, newGate } from '../support/gated-fs.ts'
import { ManualClock } from '../support/manual-clock.ts'
import {
  isOnDisk,
  landedIn,
  nothingLeftIn,
  startHttp,
  temporaryFolder,
  until,
} from '../support/server-fixture.ts'
import { type SlowBody, slowPatch } from '../support/slow-body.ts'
import { readProblem } from '../support/upload-client.ts'
import { checksumHeader, idOf, offsetOf, startTus, TusClient } from './support/tus-client.ts'

const MiB = 1024 * 1024
const file = someBytes(17 * MiB)

type Started = Awaited<ReturnType<typeof startTus>>

/** Begins a `PATCH` of all that is left, and sends some of it. */
async function sendSome(
  { server, dir }: Started,
  path: string,
  offset: number,
  end: number,
  headers: Readonly<Record<string, string>> = {},
): Promise<SlowBody & { readonly response: Promise<Response> }> {
  const all = {
    'Content-Type': 'application/offset+octet-stream',
    'Tus-Resumable': '1.0.0',
    ...headers,
  }
  const slow = slowPatch(server, idOf(path), offset, file.byteLength - offset, all)
  slow.push(file.slice(offset, end))
  // Not by asking the server, as that would end the request.
  if (isOnDisk()) {
    await until(async () => (await stat(join(dir, 'open', idOf(path), 'data'))).size === end)
  } else await until(slow.isRead)
  const landed = headers['Upload-Checksum'] ? 0 : Math.floor(end / (8 * MiB))
  await until(async () => (await landedIn(dir, idOf(path))) === landed)
  return slow
}

describe('a PATCH that breaks', () => {
  it('leaves what it has brought: the chunks that were whole, and the prefix of the next one', async () => {
    const started = await startTus()
    const { tus, native } = started
    const path = await tus.created(file.byteLength)
    const slow = await sendSome(started, path, 0, 9 * MiB + 7)
    slow.break()
    await slow.response
    expect(await tus.offset(path)).toBe(9 * MiB + 7)
    await tus.sent(path, 9 * MiB + 7, file.slice(9 * MiB + 7))
    expect(sha256Hex(await native.bytes(idOf(path)))).toBe(sha256Hex(file))
  })

  it('leaves nothing if its checksum could not be checked, at the start of a chunk and inside of one', async () => {
    const started = await startTus()
    const { tus, native } = started
    for (const start of [0, 3 * MiB]) {
      const path = await tus.created(file.byteLength)
      if (start > 0) await tus.sent(path, 0, file.slice(0, start))
      const rest = file.slice(start)
      const checksum = { 'Upload-Checksum': checksumHeader('sha1', rest) }
      const slow = await sendSome(started, path, start, 12 * MiB, checksum)
      slow.break()
      await slow.response
      expect(await tus.offset(path)).toBe(start)
      await tus.sent(path, start, rest)
      expect(sha256Hex(await native.bytes(idOf(path)))).toBe(sha256Hex(file))
    }
  })
})

describe('a PATCH under way', () => {
  it('that stalls is ended with what it has brought, and not for good', async () => {
    const clock = new ManualClock()
    const started = await startTus({ clock, limits: { idleTimeoutMs: 1000 } })
    const { tus } = started
    const path = await tus.created(file.byteLength)
    const slow = await sendSome(started, path, 0, 9 * MiB)
    let isOver = false
    void slow.response.then(() => {
      isOver = true
    })
    await until(() => {
      clock.advance(1000)
      return isOver
    })
    // Clients of tus do not come back after a 408.
    const response = await slow.response
    expect(response.headers.get('retry-after')).toBe('2')
    await readProblem(response, 503, 'unavailable')
    expect(await tus.offset(path)).toBe(9 * MiB)
  })

  it('is ended when the upload is dropped', async () => {
    const started = await startTus()
    const { tus, dir } = started
    const path = await tus.created(file.byteLength)
    const slow = await sendSome(started, path, 0, 9 * MiB)
    expect((await tus.delete(path)).status).toBe(204)
    await readProblem(await slow.response, 410, 'upload-aborted')
    await nothingLeftIn(dir)
  })
})

describe('a newer PATCH', () => {
  it('takes over from one that is still there, where that has come to', async () => {
    const started = await startTus()
    const { tus, native } = started
    const path = await tus.created(file.byteLength)
    const slow = await sendSome(started, path, 0, 9 * MiB)
    await until(async () => (await tus.patch(path, 9 * MiB, file.slice(9 * MiB))).status === 204)
    await readProblem(await slow.response, 409, 'superseded')
    expect(sha256Hex(await native.bytes(idOf(path)))).toBe(sha256Hex(file))
  })

  it('finds its place by a HEAD, which ends the one that is still there', async () => {
    const started = await startTus()
    const { tus, native } = started
    const path = await tus.created(file.byteLength)
    const slow = await sendSome(started, path, 0, 9 * MiB)
    expect(await tus.offset(path)).toBe(9 * MiB)
    slow.push(file.slice(9 * MiB, 10 * MiB))
    await readProblem(await slow.response, 409, 'superseded')
    expect(await tus.sent(path, 9 * MiB, file.slice(9 * MiB))).toBe(file.byteLength)
    expect(sha256Hex(await native.bytes(idOf(path)))).toBe(sha256Hex(file))
  })

  it('does not disturb it with a wrong offset', async () => {
    const started = await startTus()
    const { tus, native } = started
    const path = await tus.created(file.byteLength)
    const slow = await sendSome(started, path, 0, 9 * MiB)
    for (const offset of [0, 8 * MiB, 10 * MiB]) {
      await readProblem(await tus.patch(path, offset, file.slice(offset)), 409, 'offset-conflict')
    }
    slow.push(file.slice(9 * MiB))
    slow.end()
    expect((await slow.response).status).toBe(204)
    expect(sha256Hex(await native.bytes(idOf(path)))).toBe(sha256Hex(file))
  })

  it('is refused if the older one has brought more by the time it has stopped', async () => {
    const { gate, open } = newGate()
    const writes: number[] = []
    const dir = await temporaryFolder()
    const storage = diskStorage(dir, { fs: gatedFs(gate, (position) => writes.push(position)) })
    const { tus, native, server } = await startTus({ dir, storage })
    const path = await tus.created(300)
    const headers = { 'Content-Type': 'application/offset+octet-stream', 'Tus-Resumable': '1.0.0' }
    const slow = slowPatch(server, idOf(path), 0, 300, headers)
    slow.push(file.slice(0, 30))
    await until(() => writes.length === 1)
    const newer = tus.patch(path, 0, file.slice(0, 300))
    // It waits for the older one by now: nothing on the way there takes longer than a turn.
    await new Promise((resolve) => setImmediate(resolve))
    open()
    await readProblem(await slow.response, 409, 'superseded')
    const refused = await newer
    expect(offsetOf(refused)).toBe(30)
    await readProblem(refused, 409, 'offset-conflict')
    await tus.sent(path, 30, file.slice(30, 300))
    expect(await native.bytes(idOf(path))).toEqual(file.slice(0, 300))
  })

  it('is one of many, of which only those in turn are kept', async () => {
    const { tus, native } = await startTus()
    const path = await tus.created(file.byteLength)
    const step = MiB + 1
    for (let offset = 0; offset < file.byteLength; offset = Math.min(offset + step, file.byteLength)) {
      const bytes = file.slice(offset, offset + step)
      const answers = await Promise.all([1, 2, 3].map(() => tus.patch(path, offset, bytes)))
      expect(answers.filter(({ status }) => status === 204).length).toBeLessThanOrEqual(1)
      if ((await tus.offset(path)) === offset) await tus.sent(path, offset, bytes)
    }
    expect(sha256Hex(await native.bytes(idOf(path)))).toBe(sha256Hex(file))
  })
})

describe('a checksum', () => {
  it.each(['sha256', 'sha1', 'md5'])('of %s keeps what is right and nothing of what is not', async (name) => {
    const { tus, native } = await startTus()
    const path = await tus.created(file.byteLength)
    let offset = 0
    // Inside a chunk, over one boundary, over two, and to the end.
    for (const end of [100, 9 * MiB, 16 * MiB + 5, file.byteLength]) {
      const bytes = file.slice(offset, end)
      const flipped = bytes.slice()
      flipped[flipped.byteLength - 1] = 1 ^ (flipped.at(-1) ?? 0)
      const checksum = { 'Upload-Checksum': checksumHeader(name, bytes) }
      await readProblem(await tus.patch(path, offset, flipped, checksum), 460, 'checksum-mismatch')
      expect(await tus.offset(path)).toBe(offset)
      expect(await tus.sent(path, offset, bytes, checksum)).toBe(end)
      offset = end
    }
    expect(sha256Hex(await native.bytes(idOf(path)))).toBe(sha256Hex(file))
  })

  it.each([
    ['another algorithm', 'crc32 AAAAAA=='],
    ['an algorithm in capitals', checksumHeader('sha1', file).replace('sha1', 'SHA1')],
    ['one that is too short', 'sha1 AAAA'],
    ['no base64', 'sha1 ???'],
    ['only the algorithm', 'sha1'],
    ['nothing', ''],
  ])('that is %s is refused', async (_what, checksum) => {
    const { tus } = await startTus()
    const path = await tus.created(10)
    const response = await tus.patch(path, 0, file.slice(0, 10), { 'Upload-Checksum': checksum })
    await readProblem(response, 400, 'invalid-checksum')
    expect(await tus.offset(path)).toBe(0)
  })
})

describe('a body of which nobody says how long it is', () => {
  async function start() {
    const { http: _, port, client, ...started } = await startHttp({ tus: true })
    const origin = `http://127.0.0.1:${port}`
    return { ...started, client, origin, tus: new TusClient(client.send) }
  }

  it.each([
    ['inside a chunk', 9 * MiB],
    ['where a chunk ends', 16 * MiB],
    ['with the file', 17 * MiB],
  ])('is taken when it ends %s', async (_what, end) => {
    const { tus, client, origin } = await start()
    const path = await tus.created(file.byteLength)
    const answer = await sendUnmeasured(origin + path, 0, file.slice(0, end))
    expect(answer).toEqual({ status: 204, offset: end })
    if (end < file.byteLength) await tus.sent(path, end, file.slice(end))
    expect(sha256Hex(await client.bytes(idOf(path)))).toBe(sha256Hex(file))
  })

  it('is checked by its checksum', async () => {
    const { tus, origin } = await start()
    const path = await tus.created(file.byteLength)
    const some = file.slice(0, 9 * MiB)
    const wrong = await sendUnmeasured(origin + path, 0, some, checksumHeader('md5', file))
    expect(wrong.status).toBe(460)
    expect(await tus.offset(path)).toBe(0)
    const right = await sendUnmeasured(origin + path, 0, some, checksumHeader('md5', some))
    expect(right).toEqual({ status: 204, offset: 9 * MiB })
  })

  it('is refused when it goes over the end, and completes nothing', async () => {
    const { tus, client, origin } = await start()
    const path = await tus.created(10)
    expect((await sendUnmeasured(origin + path, 0, someBytes(11))).status).toBe(400)
    expect(await tus.offset(path)).toBe(0)
    expect((await client.file(idOf(path))).status).toBe(404)
  })

  it('may be all of a new upload', async () => {
    const { client, origin } = await start()
    const some = file.slice(0, 9 * MiB)
    const response = await fetch(`${origin}/uploads`, {
      method: 'POST',
      headers: {
        'Tus-Resumable': '1.0.0',
        'Upload-Length': String(some.byteLength),
        'Content-Type': 'application/offset+octet-stream',
      },
      body: new Blob([some]).stream(),
      duplex: 'half',
    } as RequestInit)
    expect(response.status).toBe(201)
    expect(offsetOf(response)).toBe(some.byteLength)
    const id = idOf(response.headers.get('location') ?? '')
    expect(sha256Hex(await client.bytes(id))).toBe(sha256Hex(some))
  })
})

/** Sends with `Transfer-Encoding: chunked`. */
function sendUnmeasured(
  url: string,
  offset: number,
  bytes: Uint8Array,
  checksum?: string,
): Promise<{ status: number | undefined; offset: number }> {
  return new Promise((resolve, reject) => {
    const headers = {
      'Tus-Resumable': '1.0.0',
      'Content-Type': 'application/offset+octet-stream',
      'Upload-Offset': offset,
      'Transfer-Encoding': 'chunked',
      ...(checksum === undefined ? {} : { 'Upload-Checksum': checksum }),
    }
    const outgoing = request(url, { method: 'PATCH', headers }, (response) => {
      response.resume()
      const at = Number(response.headers['upload-offset'])
      response.on('end', () => resolve({ status: response.statusCode, offset: at }))
    })
    outgoing.on('error', reject)
    outgoing.end(bytes)
  })
}
