import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createUploadServer, diskStorage, type UploadServerOptions } from '../../src/index.ts'
import { sha256Hex, someBytes } from '../support/bytes.ts'
import { ForgetfulDisk, failure, survivesAll, survivesNothing } from '../support/forgetful-disk.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { temporaryFolder } from '../support/server-fixture.ts'
import { readProblem, sendTo, UploadClient } from '../support/upload-client.ts'
import { idOf, startTus, TusClient } from './support/tus-client.ts'

const MiB = 1024 * 1024
const file = someBytes(17 * MiB)

async function start(disk: ForgetfulDisk, options: Partial<UploadServerOptions> = {}) {
  const server = createUploadServer({
    storage: diskStorage('/store', { fs: disk }),
    onError: () => undefined,
    tus: true,
    ...options,
  })
  await server.ready()
  return { server, tus: new TusClient(sendTo(server)), native: new UploadClient(sendTo(server)) }
}

describe('a tus upload after a loss of power', () => {
  it('goes on from the last chunk that landed, with its metadata', async () => {
    const disk = new ForgetfulDisk()
    const before = await start(disk)
    const path = await before.tus.created(file.byteLength, { 'Upload-Metadata': 'filename YQ==,b' })
    await before.tus.sent(path, 0, file.slice(0, 8 * MiB))
    await before.tus.sent(path, 8 * MiB, file.slice(8 * MiB, 11 * MiB))
    const { tus, native } = await start(disk.afterCrash(survivesNothing))
    const head = await tus.head(path)
    expect(Object.fromEntries(head.headers)).toMatchObject({
      'upload-offset': String(8 * MiB),
      'upload-length': String(file.byteLength),
      'upload-metadata': 'filename YQ==,b',
    })
    await tus.sent(path, 8 * MiB, file.slice(8 * MiB))
    expect(sha256Hex(await native.bytes(idOf(path)))).toBe(sha256Hex(file))
  })

  it('is a file if the last byte was acknowledged', async () => {
    const disk = new ForgetfulDisk()
    const before = await start(disk)
    const path = await before.tus.created(1000)
    await before.tus.sent(path, 0, file.slice(0, 1000))
    const { tus, native } = await start(disk.afterCrash(survivesNothing))
    const head = await tus.head(path)
    expect(head.headers.get('upload-offset')).toBe('1000')
    expect(head.headers.get('lading-result')).toBe(`/uploads/files/${idOf(path)}`)
    expect(await native.bytes(idOf(path))).toEqual(file.slice(0, 1000))
  })
})

describe('a tus upload that could not be published', () => {
  it('does not call itself complete before it is', async () => {
    const disk = new ForgetfulDisk()
    const { tus, native } = await start(disk)
    const path = await tus.created(1000)
    disk.fail = (call, at) => (call === 'rename' ? failure('ENOSPC', at) : undefined)
    await readProblem(await tus.patch(path, 0, file.slice(0, 1000)), 507, 'storage-full')
    const head = await tus.head(path)
    expect(head.status).toBe(507)
    expect(head.headers.get('upload-offset')).toBeNull()
    disk.fail = () => undefined
    expect(await tus.offset(path)).toBe(1000)
    expect(await native.bytes(idOf(path))).toEqual(file.slice(0, 1000))
  })

  it('is published after a crash by whoever asks how far it is', async () => {
    const disk = new ForgetfulDisk()
    const before = await start(disk)
    const path = await before.tus.created(1000)
    disk.fail = (_call, at) => (at.includes('record.json') ? failure('EIO', at) : undefined)
    expect((await before.tus.patch(path, 0, file.slice(0, 1000))).status).toBe(500)
    const { tus, native } = await start(disk.afterCrash(survivesAll))
    expect((await native.file(idOf(path))).status).toBe(404)
    expect(await tus.offset(path)).toBe(1000)
    expect(await native.bytes(idOf(path))).toEqual(file.slice(0, 1000))
  })
})

describe('a chunk that landed behind a gap', () => {
  it('is sent again, as the one offset of tus cannot step over it', async () => {
    const dir = await temporaryFolder()
    const before = await startTus({ dir })
    const path = await before.tus.created(file.byteLength)
    await before.tus.sent(path, 0, file.slice(0, 16 * MiB))
    await before.server.close()
    const journal = join(dir, 'open', idOf(path), 'journal')
    const lines = (await readFile(journal, 'utf8')).split('\n')
    expect(lines.filter((line) => line.includes('"land"'))).toHaveLength(2)
    await writeFile(journal, lines.filter((line) => !line.includes('"index":0')).join('\n'))
    const { tus, native } = await startTus({ dir })
    expect(await tus.offset(path)).toBe(0)
    for (const [offset, end] of [
      [0, 8 * MiB],
      [8 * MiB, 9 * MiB],
      [9 * MiB, file.byteLength],
    ] as const) {
      expect(await tus.sent(path, offset, file.slice(offset, end))).toBe(end)
    }
    expect(sha256Hex(await native.bytes(idOf(path)))).toBe(sha256Hex(file))
  })
})

describe('a tus upload that was abandoned', () => {
  it('expires when it said it would, and is gone', async () => {
    const clock = new ManualClock()
    const { tus } = await startTus({ clock, limits: { expiresAfterMs: 60_000 } })
    const path = await tus.created(100)
    clock.advance(30_000)
    const sent = await tus.patch(path, 0, file.slice(0, 10))
    const expires = Date.parse(sent.headers.get('upload-expires') ?? '')
    expect(expires).toBe(clock.now() + 60_000)
    clock.advance(59_000)
    expect(Date.parse((await tus.head(path)).headers.get('upload-expires') ?? '')).toBe(expires)
    clock.advance(1_000)
    const head = await tus.head(path)
    expect([head.status, head.headers.get('upload-offset')]).toEqual([410, null])
    await readProblem(await tus.patch(path, 10, file.slice(10, 100)), 410, 'upload-expired')
  })

  it('says nothing of an end where there is none', async () => {
    const { tus } = await startTus({ limits: { expiresAfterMs: null } })
    const path = await tus.created(100)
    expect((await tus.head(path)).headers.get('upload-expires')).toBeNull()
  })
})
