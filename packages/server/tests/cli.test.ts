import { readFile, utimes, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { identityOf, sha256Hex, someBytes } from './support/bytes.ts'
import { buildCli, originOf, runCli } from './support/child-server.ts'
import { EMPTY_STORAGE, listFolder, startServer, temporaryFolder, until } from './support/server-fixture.ts'
import { sendOver, UploadClient } from './support/upload-client.ts'

const MiB = 1024 * 1024
let cli = ''
let remove = async (): Promise<void> => undefined

beforeAll(async () => {
  ;({ cli, remove } = await buildCli())
})
afterAll(() => remove())

async function start(dir: string, ...more: string[]) {
  const child = runCli(cli, ['--dir', dir, '--port', '0', ...more])
  const origin = await originOf(child)
  return { child, origin, client: new UploadClient(sendOver(origin)) }
}

describe('the command line', () => {
  it('says where it listens, in one line, and takes files there', async () => {
    const dir = await temporaryFolder()
    const { child, client, origin } = await start(dir)
    expect(child.output()).toBe(`Lading is listening on ${origin}/uploads\n`)
    const { id } = await client.published(someBytes(100))
    expect(await client.bytes(id)).toEqual(someBytes(100))
  })

  it('takes every option', async () => {
    const dir = await temporaryFolder()
    const more = [
      '--host',
      '127.0.0.1',
      '--base-path',
      '/up',
      '--max-file-size',
      '2MiB',
      '--cors',
      'https://a.example',
    ]
    const { origin } = await start(dir, ...more)
    const response = await fetch(`${origin}/up`, {
      method: 'OPTIONS',
      headers: { Origin: 'https://a.example' },
    })
    expect((await response.json()).limits.maxFileSizeBytes).toBe(2 * MiB)
    expect(response.headers.get('access-control-allow-origin')).toBe('https://a.example')
  })

  it.each([
    [[], '--dir <folder> is missing'],
    [['--dir', 'x', '--port', 'http'], '--port must be a number from 0 to 65535, not http'],
    [['--dir', 'x', '--port', '65536'], '--port must be a number from 0 to 65535, not 65536'],
    [['--dir', 'x', '--max-file-size', 'huge'], '--max-file-size must be a size such as 500MiB, not huge'],
    [['--dir', 'x', '--max-file-size', '5MB'], '--max-file-size must be a size such as 500MiB, not 5MB'],
    [
      ['--dir', 'x', '--cors', 'a.example'],
      '--cors must be an origin such as https://app.example, or *, not a.example',
    ],
    [['--dir', 'x', '--base-path', 'up/'], 'Expected `basePath` to be a path'],
    [['--dir', 'x', '--verbose'], "Unknown option '--verbose'"],
    [['--dir', 'x', 'more'], "Unexpected argument 'more'"],
  ])('refuses %j and says why', async (args, message) => {
    const child = runCli(cli, args)
    expect([1, 2]).toContain(await child.ended)
    expect(child.errors()).toContain(message)
    expect(child.output()).toBe('')
  })

  it('explains itself', async () => {
    const child = runCli(cli, ['--help'])
    expect(await child.ended).toBe(0)
    expect(child.output()).toContain('--max-file-size')
  })

  it('says so when the port is taken, and lets go of the folder', async () => {
    const dir = await temporaryFolder()
    const { origin } = await start(dir)
    const second = await temporaryFolder()
    const child = runCli(cli, ['--dir', second, '--port', new URL(origin).port])
    expect(await child.ended).toBe(1)
    expect(child.errors()).toContain('EADDRINUSE')
    await expect(readFile(join(second, 'lock'))).rejects.toThrow('ENOENT')
  })

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'ends well on %s, in the middle of a request too',
    async (signal) => {
      const dir = await temporaryFolder()
      const { child, client, origin } = await start(dir)
      const { id } = await client.created({ size: 2 * MiB, chunkSizeBytes: MiB })
      const sending = slowly(origin, id, someBytes(2 * MiB), MiB + 10)
      await until(async () => (await client.status(id)).partial[0]?.index === 1)
      child.process.kill(signal)
      expect(await child.ended).toBe(0)
      await sending
      expect(child.errors()).toBe('')
      await expect(readFile(join(dir, 'lock'))).rejects.toThrow('ENOENT')
      const { client: later } = await start(dir)
      expect((await later.status(id)).landed).toEqual([[0, 1]])
    },
  )
})

describe('a folder', () => {
  it('is refused to a second server, in another process and in this one, until the first has ended', async () => {
    const dir = await temporaryFolder()
    const first = await startServer({ dir })
    const child = runCli(cli, ['--dir', dir, '--port', '0'])
    expect(await child.ended).toBe(1)
    expect(child.errors()).toContain('in use by another server')
    expect(child.errors()).toContain(`process ${process.pid}`)
    await expect(startServer({ dir })).rejects.toThrow('already open in this process')
    await expect(startServer({ dir: `${dir}/../${dir.split('/').pop()}` })).rejects.toThrow('already open')
    await first.server.close()
    await start(dir)
  })

  it('is taken over from a server that was killed', async () => {
    const dir = await temporaryFolder()
    const { child } = await start(dir)
    child.process.kill('SIGKILL')
    expect(await child.ended).toBe('SIGKILL')
    await start(dir)
    expect((await listFolder(dir)).sort()).toEqual(EMPTY_STORAGE)
  })

  it.each([
    ['is no lock', 'what?'],
    ['is empty', ''],
    [
      'names this process in a former life',
      JSON.stringify({ token: 'x', pid: process.pid, host: 'HOST', startedAt: '1' }),
    ],
    [
      'names a process that is another by now',
      JSON.stringify({ token: 'x', pid: process.ppid, host: 'HOST', startedAt: '1' }),
    ],
    [
      'names a process that is gone',
      JSON.stringify({ token: 'x', pid: 2 ** 22 + 1, host: 'HOST', startedAt: '1' }),
    ],
  ])('is taken over when its lock %s', async (_what, lock) => {
    const dir = await temporaryFolder()
    await writeFile(join(dir, 'lock'), lock.replace('HOST', hostname()))
    const { client } = await startServer({ dir })
    await client.published(someBytes(3))
    expect((await listFolder(dir)).filter((name) => !name.startsWith('files'))).toEqual(['open', 'trash'])
  })

  it('of another machine is refused as long as its lock is kept alive', async () => {
    const dir = await temporaryFolder()
    await writeFile(
      join(dir, 'lock'),
      JSON.stringify({ token: 'x', pid: 1, host: 'another', startedAt: null }),
    )
    await expect(startServer({ dir })).rejects.toThrow('process 1 on another')
    const longAgo = new Date(Date.now() - 60_000)
    await utimes(join(dir, 'lock'), longAgo, longAgo)
    await startServer({ dir })
  })

  it('is given to one of many that want it at once', async () => {
    const dir = await temporaryFolder()
    const children = Array.from({ length: 4 }, () => runCli(cli, ['--dir', dir, '--port', '0']))
    const isUp = await Promise.all(
      children.map((child) =>
        originOf(child).then(
          () => true,
          () => false,
        ),
      ),
    )
    expect(isUp.filter(Boolean)).toHaveLength(1)
  })
})

describe('a server that is killed', () => {
  it('has everything it acknowledged when it comes back, and the upload goes on', async () => {
    const dir = await temporaryFolder()
    const file = someBytes(12 * MiB + 77)
    const acknowledged = new Map<number, string>()
    let { child, client, origin } = await start(dir)
    const { id } = await client.created(
      { size: file.byteLength, chunkSizeBytes: MiB },
      'the-key-of-the-large-file',
    )
    const { id: idle } = await client.created({ size: MiB, chunkSizeBytes: MiB })
    const small = await client.published(someBytes(1000))
    for (const killAfter of [2, 4, 3]) {
      let count = 0
      const { landed } = await client.status(id)
      const missing = Array.from({ length: 13 }, (_, index) => index).filter(
        (index) => !landed.some(([first, length]) => index >= first && index < first + length),
      )
      const lane = async (): Promise<void> => {
        for (let index = missing.pop(); index !== undefined; index = missing.pop()) {
          const { chunks } = await client.sent(id, index * MiB, file.slice(index * MiB, (index + 1) * MiB))
          for (const chunk of chunks) acknowledged.set(chunk.index, chunk.sha256)
          count += 1
          if (count === killAfter) child.process.kill('SIGKILL')
        }
      }
      await Promise.allSettled([lane(), lane(), lane(), slowly(origin, idle, file.slice(0, MiB), 10)])
      expect(await child.ended).toBe('SIGKILL')
      ;({ child, client, origin } = await start(dir))
      const status = await client.status(id)
      const has = new Map(
        status.landed
          .flatMap(([first, length]) => Array.from({ length }, (_, at) => first + at))
          .map((index, at) => [index, status.sha256[at]]),
      )
      for (const [index, sha256] of acknowledged) expect(has.get(index)).toBe(sha256)
      expect(await client.bytes(small.id)).toEqual(someBytes(1000))
    }
    for (let index = 0; index < 13; index += 1) {
      await client.sent(id, index * MiB, file.slice(index * MiB, (index + 1) * MiB))
    }
    await client.completed(id, identityOf(file, MiB))
    expect(sha256Hex(await client.bytes(id))).toBe(sha256Hex(file))
  }, 60_000)
})

describe('the memory of the server', () => {
  it.runIf(process.platform === 'linux')(
    'stays flat whatever the size of chunks and parts',
    async () => {
      const dir = await temporaryFolder()
      const { child, client, origin } = await start(dir)
      const size = 384 * MiB
      const { id } = await client.created({ size, chunkSizeBytes: 64 * MiB })
      const before = await peakBytes(child.process.pid)
      await Promise.all([0, 192 * MiB].map((offset) => stream(`${origin}/uploads/${id}`, offset, 192 * MiB)))
      await client.completed(id)
      await (await client.file(id)).body?.pipeTo(new WritableStream())
      expect((await peakBytes(child.process.pid)) - before).toBeLessThan(100 * MiB)
    },
    60_000,
  )
})

async function peakBytes(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024
}

/** Sends this many bytes of nothing in particular. */
async function stream(url: string, offset: number, length: number): Promise<void> {
  const piece = Buffer.alloc(MiB, 7)
  await new Promise<void>((resolve, reject) => {
    const headers = {
      'Content-Type': 'application/octet-stream',
      'Content-Length': length,
      'Upload-Offset': offset,
    }
    const outgoing = request(url, { method: 'PATCH', headers }, (response) => {
      response.resume()
      response.on('end', () =>
        response.statusCode === 200 ? resolve() : reject(new Error(`${response.statusCode}`)),
      )
    })
    outgoing.on('error', reject)
    let rest = length
    const write = (): void => {
      while (rest > 0) {
        rest -= MiB
        if (!outgoing.write(piece)) {
          outgoing.once('drain', write)
          return
        }
      }
      outgoing.end()
    }
    write()
  })
}

/** Sends some of a part and then no more, until the connection is cut. */
async function slowly(
  origin: string,
  id: string,
  file: Uint8Array<ArrayBuffer>,
  bytes: number,
): Promise<void> {
  await new Promise<void>((resolve) => {
    const headers = {
      'Content-Type': 'application/octet-stream',
      'Content-Length': file.byteLength,
      'Upload-Offset': 0,
    }
    const outgoing = request(`${origin}/uploads/${id}`, { method: 'PATCH', headers })
    outgoing.on('response', (response) => {
      response.resume()
      outgoing.destroy()
    })
    outgoing.on('error', () => undefined)
    outgoing.on('close', () => resolve())
    outgoing.write(file.slice(0, bytes))
  })
}
