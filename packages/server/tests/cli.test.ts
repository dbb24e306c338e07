import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { someBytes } from './support/bytes.ts'
import { buildCli, originOf, runCli } from './support/child-server.ts'
import { sendSlowly } from './support/raw-sender.ts'
import { temporaryFolder, until } from './support/server-fixture.ts'
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
      '--tus',
    ]
    const { origin } = await start(dir, ...more)
    const response = await fetch(`${origin}/up`, {
      method: 'OPTIONS',
      headers: { Origin: 'https://a.example' },
    })
    expect((await response.json()).limits.maxFileSizeBytes).toBe(2 * MiB)
    expect(response.headers.get('access-control-allow-origin')).toBe('https://a.example')
    expect(response.headers.get('tus-version')).toBe('1.0.0')
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
      const sending = sendSlowly(origin, id, someBytes(2 * MiB), MiB + 10)
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
