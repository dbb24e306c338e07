import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { identityOf, sha256Hex, someBytes } from './support/bytes.ts'
import { buildCli, originOf, runCli } from './support/child-server.ts'
import { sendNothingInParticular, sendSlowly } from './support/raw-sender.ts'
import { temporaryFolder } from './support/server-fixture.ts'
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
      await Promise.allSettled([lane(), lane(), lane(), sendSlowly(origin, idle, file.slice(0, MiB), 10)])
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
      await Promise.all(
        [0, 192 * MiB].map((offset) => sendNothingInParticular(`${origin}/uploads/${id}`, offset, 192 * MiB)),
      )
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
