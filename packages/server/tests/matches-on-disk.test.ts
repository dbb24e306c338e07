import { readdir, stat, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createUploadServer, diskStorage, type UploadServer, type WireResult } from '../src/index.ts'
import { identityOf, someBytes } from './support/bytes.ts'
import {
  type DiskCall,
  ForgetfulDisk,
  failure,
  type Survival,
  survivesAll,
  survivesNothing,
  survivesSome,
} from './support/forgetful-disk.ts'
import { ManualClock } from './support/manual-clock.ts'
import { listFolder, startServer } from './support/server-fixture.ts'
import { readProblem, sendTo, UploadClient } from './support/upload-client.ts'

const CHUNK = 64
const DIR = '/srv/store'
const file = someBytes(CHUNK)
const ask = { name: 'b', size: CHUNK, chunkSizeBytes: CHUNK, identity: identityOf(file, CHUNK) }
const authorize = () => ({ owner: 'ann' })

function publish(client: UploadClient): Promise<{ readonly id: string }> {
  return client.published(file, { chunkSizeBytes: CHUNK })
}

async function boot(disk: ForgetfulDisk): Promise<{ server: UploadServer; client: UploadClient }> {
  const storage = diskStorage(DIR, { fs: disk })
  const server = createUploadServer({ storage, authorize, clock: new ManualClock() })
  await server.ready()
  return { server, client: new UploadClient(sendTo(server)) }
}

describe('a copy on disk', () => {
  it('is another name for the same bytes', async () => {
    const { client, dir } = await startServer({ authorize })
    const { id } = await publish(client)
    const copy = await client.matched(ask)
    const [one, two] = await Promise.all(
      [id, copy?.id ?? ''].map((name) => stat(join(dir, 'files', name, 'data'))),
    )
    expect(two?.ino).toBe(one?.ino)
    expect(one?.nlink).toBe(2)
  })

  it('is never made of what an entry that is stale or not ours points to', async () => {
    const { client, dir } = await startServer({ authorize })
    const { id } = await publish(client)
    const [digest = ''] = await readdir(join(dir, 'contents'))
    const folder = join(dir, 'contents', digest)
    const other = await client.published(someBytes(CHUNK, 5), { chunkSizeBytes: CHUNK })
    await unlink(join(folder, id))
    for (const name of [other.id, '0'.repeat(33), 'not-an-id']) await writeFile(join(folder, name), '')
    expect(await client.matched(ask)).toBeUndefined()
    expect(await readdir(folder)).toEqual(['not-an-id'])
    await writeFile(join(folder, id), '')
    await writeFile(join(folder, other.id), '')
    expect(await client.bytes((await client.matched(ask))?.id ?? '')).toEqual(file)
  })

  it('leaves nothing behind with the last of its files', async () => {
    const { client, dir } = await startServer({ authorize })
    const { id } = await publish(client)
    const copy = await client.matched(ask)
    for (const name of [id, copy?.id ?? '']) await client.removeFile(name)
    expect(await listFolder(dir)).toEqual(['contents', 'files', 'open', 'trash'])
  })
})

describe('a disk that fails while a copy is made', () => {
  it.each(['EMLINK', 'EPERM', 'ENOTSUP', 'ENOENT'])('has no match when links fail by %s', async (code) => {
    const disk = new ForgetfulDisk()
    const { client } = await boot(disk)
    const { id } = await publish(client)
    const before = disk.list(DIR)
    disk.fail = (call, path) => (call === 'link' ? failure(code, path) : undefined)
    expect(await client.matched(ask)).toBeUndefined()
    expect(disk.list(DIR)).toEqual(before)
    expect(await client.bytes(id)).toEqual(file)
  })

  it.each<[DiskCall, string]>([
    ['mkdir', '/open'],
    ['link', '/open'],
    ['create', 'record'],
    ['pwrite', 'record'],
    ['fdatasync', 'record'],
    ['syncDir', '/open/'],
    ['rename', '/open/'],
    ['syncDir', '/files'],
  ])('is full, and keeps nothing of it, when %s of %s fails', async (failing, part) => {
    const disk = new ForgetfulDisk()
    const { client } = await boot(disk)
    await publish(client)
    const before = disk.list(DIR)
    disk.fail = (call, path) =>
      call === failing && path.includes(part) ? failure('ENOSPC', path) : undefined
    await readProblem(await client.matches([ask]), 507, 'storage-full')
    disk.fail = () => undefined
    expect(disk.list(DIR)).toEqual(before)
    expect(await client.matched(ask)).toBeDefined()
  })

  it.each<DiskCall>(['mkdir', 'create'])(
    'publishes when its content cannot be noted for %s',
    async (failing) => {
      const disk = new ForgetfulDisk()
      const { client } = await boot(disk)
      disk.fail = (call, path) =>
        call === failing && path.includes('/contents') ? failure('ENOSPC', path) : undefined
      const { id } = await publish(client)
      expect(await client.bytes(id)).toEqual(file)
      expect(await client.matched(ask)).toBeUndefined()
    },
  )
})

/** What the client was told before the power was cut. */
interface Told {
  copy?: WireResult
  removed?: string
}

async function live(disk: ForgetfulDisk, told: Told): Promise<void> {
  const { client } = await boot(disk)
  const { id } = await publish(client)
  const copy = await client.matched(ask)
  if (copy) told.copy = copy
  told.removed = id
  await client.removeFile(id)
  await client.matched(ask)
}

const survivals: readonly (readonly [string, (call: number) => Survival])[] = [
  ['nothing that was not synced survives', () => survivesNothing],
  ['everything survives', () => survivesAll],
  ['some survives (1)', (call) => survivesSome(call)],
  ['some survives (2)', (call) => survivesSome(call + 1000)],
]

describe.each(survivals)('a loss of power after which %s', (_name, survivalAt) => {
  it('loses no copy that was told of, and leaves each file whole', async () => {
    const whole = new ForgetfulDisk()
    await live(whole, {})
    expect(whole.calls).toBeGreaterThan(30)
    for (let call = 1; call <= whole.calls; call += 1) {
      const cut = new ForgetfulDisk()
      cut.cutAt = call
      const told: Told = {}
      await Promise.race([live(cut, told), cut.cut])
      const disk = cut.afterCrash(survivalAt(call))
      const { client } = await boot(disk)
      if (told.copy) expect(await client.bytes(told.copy.id)).toEqual(file)
      const ids = await disk.readdir(`${DIR}/files`)
      for (const id of ids) expect(await client.bytes(id)).toEqual(file)
      const again = await client.matched(ask)
      if (again) expect(await client.bytes(again.id)).toEqual(file)
      if (ids.length === 0) expect(again).toBeUndefined()
      for (const id of await disk.readdir(`${DIR}/files`)) await client.removeFile(id)
      // An entry of a file that is gone, which nobody has looked for since, may be left.
      const left = disk.list(DIR).filter((path) => !path.endsWith('/') && !path.includes('/contents/'))
      expect(left).toEqual([])
    }
  })
})
