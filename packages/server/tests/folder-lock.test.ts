import { utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { someBytes } from './support/bytes.ts'
import { buildCli, originOf, runCli } from './support/child-server.ts'
import { EMPTY_STORAGE, listFolder, startServer, temporaryFolder } from './support/server-fixture.ts'

let cli = ''
let remove = async (): Promise<void> => undefined

beforeAll(async () => {
  ;({ cli, remove } = await buildCli())
})
afterAll(() => remove())

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
    await originOf(runCli(cli, ['--dir', dir, '--port', '0']))
  })

  it('is taken over from a server that was killed', async () => {
    const dir = await temporaryFolder()
    const child = runCli(cli, ['--dir', dir, '--port', '0'])
    await originOf(child)
    child.process.kill('SIGKILL')
    expect(await child.ended).toBe('SIGKILL')
    await originOf(runCli(cli, ['--dir', dir, '--port', '0']))
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
