import { describe, expect, it } from 'vitest'
import {
  createUploadServer,
  diskStorage,
  type UploadServer,
  type WireResult,
  type WireUpload,
} from '../src/index.ts'
import { chunksOf, headerOf, identityOf, sha256Hex, someBytes } from './support/bytes.ts'
import {
  ForgetfulDisk,
  type Survival,
  survivesAll,
  survivesNothing,
  survivesSome,
} from './support/forgetful-disk.ts'
import { ManualClock } from './support/manual-clock.ts'
import { read, sendTo, UploadClient } from './support/upload-client.ts'

const CHUNK = 64
const DIR = '/srv/store'
const large = someBytes(3 * CHUNK + 20, 1)
const wrong = someBytes(3 * CHUNK + 20, 2)
const small = someBytes(50, 3)
const KEYS = {
  large: 'key-of-the-large-file',
  small: 'key-of-the-small-file',
  dropped: 'key-of-the-dropped-one',
  last: 'key-of-the-last-file',
}

/** What the server has told the client, which a crash must not make untrue. */
interface Told {
  largeId?: string
  landed: Map<number, string>
  result?: WireResult
  smallResult?: WireResult
  smallRemoved?: true
  droppedId?: string
  dropped?: true
  lastResult?: WireResult
}

function boot(disk: ForgetfulDisk): { server: UploadServer; client: UploadClient } {
  const server = createUploadServer({
    storage: diskStorage(DIR, { fs: disk }),
    clock: new ManualClock(),
    onError: (error) => {
      throw error
    },
  })
  return { server, client: new UploadClient(sendTo(server)) }
}

/** Three clients at once, who do between them all that changes a disk; notes every answer as soon as it is there. */
async function live(disk: ForgetfulDisk, told: Told): Promise<void> {
  const { server, client } = boot(disk)
  await server.ready()
  await Promise.all([sendLarge(client, told), sendSmall(client, told), sendDropped(client, told)])
  await sendLast(client, told)
  await server.close()
}

/** A file when nobody else is there to sync anything, and after it just enough for a power cut to come too late. */
async function sendLast(client: UploadClient, told: Told): Promise<void> {
  const response = await client.createWhole(small, { name: 'last' }, KEYS.last)
  told.lastResult = (await read<{ result: WireResult }>(response, 201)).result
  await client.create({ name: 'never', size: 1, chunkSizeBytes: 1 })
}

async function sendLarge(client: UploadClient, told: Told): Promise<void> {
  const { id } = await client.created({ size: large.byteLength, chunkSizeBytes: CHUNK }, KEYS.large)
  told.largeId = id
  const send = async (offset: number, bytes: Uint8Array<ArrayBuffer>, replaces?: string): Promise<void> => {
    if (replaces) told.landed.delete(offset / CHUNK)
    const headers = replaces ? { 'Lading-Replaces': headerOf(replaces) } : {}
    const { chunks } = await client.sent(id, offset, bytes, headers)
    for (const { index, sha256 } of chunks) told.landed.set(index, sha256)
  }
  await Promise.all([send(3 * CHUNK, large.slice(3 * CHUNK)), send(0, large.slice(0, CHUNK))])
  await send(CHUNK, wrong.slice(CHUNK, 3 * CHUNK))
  await send(CHUNK, large.slice(CHUNK, 2 * CHUNK), sha256Hex(wrong.slice(CHUNK, 2 * CHUNK)))
  await send(2 * CHUNK, large.slice(2 * CHUNK, 3 * CHUNK), sha256Hex(wrong.slice(2 * CHUNK, 3 * CHUNK)))
  told.result = (await client.completed(id, identityOf(large, CHUNK))).result
}

async function sendSmall(client: UploadClient, told: Told): Promise<void> {
  const response = await client.createWhole(small, {}, KEYS.small)
  const { result } = await read<{ result: WireResult }>(response, 201)
  told.smallResult = result
  delete told.smallResult
  told.smallRemoved = true
  // From the moment the removal is asked for, the file may be there or not.
  expect((await client.removeFile(result.id)).status).toBe(204)
  const again = await client.createWhole(small, {}, KEYS.small)
  told.smallResult = (await read<{ result: WireResult }>(again, 201)).result
}

async function sendDropped(client: UploadClient, told: Told): Promise<void> {
  const { id } = await client.created({ size: small.byteLength, chunkSizeBytes: CHUNK }, KEYS.dropped)
  told.droppedId = id
  await client.sent(id, 0, small)
  expect((await client.abort(id)).status).toBe(204)
  told.dropped = true
}

/** Checks that everything that was told is true, and that the large file can be gone on with to its end. */
async function survive(disk: ForgetfulDisk, told: Told): Promise<void> {
  const first = boot(disk)
  await first.server.ready()
  assertDigestsAreTrue(disk, await statusOf(first.client, told.largeId))
  const id = await landLarge(first.client, told)
  await first.server.close()
  // Once more, so that what was written after the crash is read as well.
  const { server, client } = boot(disk)
  await server.ready()
  const { result } = await client.completed(id, identityOf(large, CHUNK))
  if (told.result) expect(result).toEqual(told.result)
  expect(await client.bytes(id)).toEqual(large)
  if (told.lastResult) expect(await client.bytes(told.lastResult.id)).toEqual(small)
  if (told.smallResult) {
    expect(await client.bytes(told.smallResult.id)).toEqual(small)
    const repeat = await client.createWhole(small, {}, KEYS.small)
    expect((await read<{ result: WireResult }>(repeat, 200)).result).toEqual(told.smallResult)
  }
  if (told.dropped) expect((await client.get(told.droppedId ?? '')).status).toBe(404)
  await removeEverything(disk, client)
  await server.close()
  expect(disk.list(DIR).filter((path) => !path.endsWith('/'))).toEqual([])
}

async function statusOf(client: UploadClient, id: string | undefined): Promise<WireUpload | undefined> {
  return id === undefined ? undefined : client.status(id)
}

function assertDigestsAreTrue(disk: ForgetfulDisk, status: WireUpload | undefined): void {
  if (status?.status !== 'open') return
  const data = disk.peek(`${DIR}/open/${status.id}/data`) ?? new Uint8Array()
  const onDisk = indexesOf(status).map((index) => sha256Hex(data.slice(index * CHUNK, (index + 1) * CHUNK)))
  expect(status.sha256).toEqual(onDisk)
}

function indexesOf({ landed }: WireUpload): number[] {
  return landed.flatMap(([first, count]) => Array.from({ length: count }, (_, at) => first + at))
}

async function landLarge(client: UploadClient, told: Told): Promise<string> {
  const response = await client.create(
    { name: 'file.bin', size: large.byteLength, chunkSizeBytes: CHUNK },
    KEYS.large,
  )
  const status = await read<WireUpload>(response, told.largeId === undefined ? response.status : 200)
  if (told.largeId !== undefined) expect(status.id).toBe(told.largeId)
  if (told.result) expect(status.result).toEqual(told.result)
  if (status.status === 'open') {
    const has = new Map<number, string>()
    for (const [at, index] of indexesOf(status).entries()) has.set(index, status.sha256[at] ?? '')
    for (const [index, sha256] of told.landed) expect(has.get(index)).toBe(sha256)
    for (const [index, chunk] of chunksOf(large, CHUNK).entries()) {
      const there = has.get(index)
      if (there === sha256Hex(chunk)) continue
      await client.sent(status.id, index * CHUNK, chunk, there ? { 'Lading-Replaces': headerOf(there) } : {})
    }
  }
  return status.id
}

/** Uploads nobody was told of and files nobody asked for again are still there, whole; nothing else is. */
async function removeEverything(disk: ForgetfulDisk, client: UploadClient): Promise<void> {
  for (const id of await disk.readdir(`${DIR}/open`)) expect((await client.abort(id)).status).toBe(204)
  for (const id of await disk.readdir(`${DIR}/files`)) expect((await client.removeFile(id)).status).toBe(204)
}

const survivals: readonly (readonly [string, (call: number) => Survival])[] = [
  ['nothing that was not synced survives', () => survivesNothing],
  ['everything survives', () => survivesAll],
  ['some survives (1)', (call) => survivesSome(call)],
  ['some survives (2)', (call) => survivesSome(call + 1000)],
  ['some survives (3)', (call) => survivesSome(call + 2000)],
  ['some survives (4)', (call) => survivesSome(call + 3000)],
]

async function countCalls(): Promise<number> {
  const disk = new ForgetfulDisk()
  await live(disk, { landed: new Map() })
  return disk.calls
}

/** The power is cut in the middle of a call; the answer is what the client had been told by then. */
async function liveUntil(disk: ForgetfulDisk): Promise<Told> {
  const told: Told = { landed: new Map() }
  await Promise.race([live(disk, told), disk.cut])
  return told
}

describe.each(survivals)('a loss of power after which %s', (_name, survivalAt) => {
  it('loses nothing that was acknowledged, at whichever call of the disk it comes', async () => {
    const calls = await countCalls()
    expect(calls).toBeGreaterThan(80)
    for (let call = 1; call <= calls; call += 1) {
      const disk = new ForgetfulDisk()
      disk.cutAt = call
      const told = await liveUntil(disk)
      await survive(disk.afterCrash(survivalAt(call)), told)
    }
  })

  it('loses nothing either when the power is lost again while the server recovers', async () => {
    const calls = await countCalls()
    for (let call = 1; call <= calls; call += 3) {
      const disk = new ForgetfulDisk()
      disk.cutAt = call
      const told = await liveUntil(disk)
      for (let second = 1; second <= 12; second += 1) {
        const weakened = disk.afterCrash(survivalAt(call))
        weakened.cutAt = second
        const { server } = boot(weakened)
        await Promise.race([server.ready(), weakened.cut])
        await survive(weakened.afterCrash(survivalAt(call + second)), told)
      }
    }
  })
})
