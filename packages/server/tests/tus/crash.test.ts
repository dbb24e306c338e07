import { expect, it } from 'vitest'
import { createUploadServer, diskStorage } from '../../src/index.ts'
import { sha256Hex, someBytes } from '../support/bytes.ts'
import {
  ForgetfulDisk,
  type Survival,
  survivesAll,
  survivesNothing,
  survivesSome,
} from '../support/forgetful-disk.ts'
import { sendTo, UploadClient } from '../support/upload-client.ts'
import { idOf, locationOf, TusClient } from './support/tus-client.ts'

const MiB = 1024 * 1024

/** What the client has been told before the power went. */
interface Told {
  path?: string
  offset: number
}

async function start(disk: ForgetfulDisk) {
  const server = createUploadServer({
    storage: diskStorage('/store', { fs: disk }),
    onError: () => undefined,
    tus: true,
  })
  await server.ready()
  return { tus: new TusClient(sendTo(server)), native: new UploadClient(sendTo(server)) }
}

/** Uploads in three requests until the power is cut, or to the end. */
async function upload(tus: TusClient, file: Uint8Array<ArrayBuffer>, told: Told): Promise<void> {
  const response = await tus.create(file.byteLength)
  expect(response.status).toBe(201)
  told.path = locationOf(response)
  await sendRest(tus, file, told.path, told)
}

async function sendRest(
  tus: TusClient,
  file: Uint8Array<ArrayBuffer>,
  path: string,
  told: Told,
): Promise<void> {
  let offset = await tus.offset(path)
  while (offset < file.byteLength) {
    const end = Math.min(file.byteLength, offset + Math.ceil(file.byteLength / 3))
    offset = await tus.sent(path, offset, file.slice(offset, end))
    told.offset = offset
  }
}

/** Cuts the power in one call and looks at what came of it; the answer is whether there was such a call. */
async function cutIn(call: number, file: Uint8Array<ArrayBuffer>, survival: Survival): Promise<boolean> {
  const disk = new ForgetfulDisk()
  const { tus: before } = await start(disk)
  disk.cutAt = disk.calls + call
  const told: Told = { offset: 0 }
  const isCut = await Promise.race([disk.cut.then(() => true), upload(before, file, told).then(() => false)])
  if (!isCut) return false
  const { tus, native } = await start(disk.afterCrash(survival))
  if (told.path === undefined) return true
  const head = await tus.head(told.path)
  expect(head.status).toBe(200)
  const offset = Number(head.headers.get('upload-offset'))
  // All that may be missing of what was acknowledged is the begun chunk.
  expect(offset).toBeGreaterThan(told.offset - 8 * MiB)
  if (told.offset === file.byteLength) expect(offset).toBe(file.byteLength)
  expect(head.headers.has('lading-result')).toBe(offset === file.byteLength)
  await sendRest(tus, file, told.path, told)
  expect(sha256Hex(await native.bytes(idOf(told.path)))).toBe(sha256Hex(file))
  return true
}

it.each<readonly [string, number, (call: number) => Survival]>([
  ['1,000 bytes and nothing that was not synced', 1000, () => survivesNothing],
  ['1,000 bytes and everything', 1000, () => survivesAll],
  ['1,000 bytes and some of it', 1000, (call) => survivesSome(call)],
  ['two chunks and nothing that was not synced', 9 * MiB, () => survivesNothing],
  ['two chunks and some of it', 9 * MiB, (call) => survivesSome(call)],
])('a tus upload survives a loss of power in any call: %s', async (_what, size, survivals) => {
  const file = someBytes(size)
  let call = 1
  while (await cutIn(call, file, survivals(call))) call += 1
  expect(call).toBeGreaterThan(15)
})
