import { readdir } from 'node:fs/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import { expect, onTestFinished } from 'vitest'
import {
  createUploadServer,
  toNodeListener,
  type UploadServer,
  type UploadServerOptions,
} from '../../src/index.ts'
import { onDisk, type StorageUnderTest } from './storage-under-test.ts'
import { sendOver, sendTo, UploadClient } from './upload-client.ts'

type Options = Partial<UploadServerOptions> & { readonly dir?: string }

let storageUnderTest: StorageUnderTest = onDisk

/** Runs all tests of this file on another storage than the local disk. */
export function useStorage(storage: StorageUnderTest): void {
  storageUnderTest = storage
}

/** Whether the tests run on the local disk: some are about how it keeps things. */
export function isOnDisk(): boolean {
  return storageUnderTest === onDisk
}

/** Tests of a file that others share which are about the local disk. */
export function onDiskOnly(tests: () => void): void {
  if (isOnDisk()) tests()
}

/** A folder, or what stands for one, that is gone after the test. */
export function temporaryFolder(): Promise<string> {
  return storageUnderTest.newPlace()
}

/** What there is in a storage besides what is always there and what it remembers of what is gone. */
export function leftIn(dir: string): Promise<string[]> {
  return storageUnderTest.left(dir)
}

/** The ids of the uploads that are open in a storage, or of its files. */
export function idsIn(dir: string, which: 'open' | 'files'): Promise<string[]> {
  return storageUnderTest.ids(dir, which)
}

/** How many chunks of an upload have landed, as the storage has it. */
export function landedIn(dir: string, id: string): Promise<number> {
  return storageUnderTest.landed(dir, id)
}

/** Waits until a storage is empty; what nobody waits for may be cleaned up a little later. */
export async function nothingLeftIn(dir: string): Promise<void> {
  if (!isOnDisk()) await until(async () => (await leftIn(dir)).length === 0).catch(() => undefined)
  expect(await leftIn(dir)).toEqual([])
}

/** A server on a real storage, spoken to without a network. */
export async function startServer(
  options: Options = {},
): Promise<{ server: UploadServer; client: UploadClient; dir: string; errors: unknown[] }> {
  const dir = options.dir ?? (await temporaryFolder())
  const errors: unknown[] = []
  const server = createUploadServer({
    storage: storageUnderTest.open(dir),
    onError: (error) => errors.push(error),
    ...options,
  })
  await server.ready()
  onTestFinished(() => server.close())
  return { server, client: new UploadClient(sendTo(server), options.basePath), dir, errors }
}

/** The same over loopback. */
export async function startHttp(
  options: Options = {},
  wrap: (listener: ReturnType<typeof toNodeListener>) => RequestListener = (listener) => listener,
): Promise<Awaited<ReturnType<typeof startServer>> & { http: Server; port: number }> {
  const started = await startServer(options)
  const http = createServer(wrap(toNodeListener(started.server)))
  const port = await listen(http)
  const client = new UploadClient(sendOver(`http://127.0.0.1:${port}`), options.basePath)
  return { ...started, client, http, port }
}

/** Listens on a free port of loopback until the test is over. */
export async function listen(http: Server): Promise<number> {
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    http.closeAllConnections()
    http.close()
  })
  const address = http.address()
  if (typeof address !== 'object' || !address) throw new Error('Not listening')
  return address.port
}

/** Everything below a folder, but the lock. */
export async function listFolder(dir: string): Promise<string[]> {
  const names = await readdir(dir, { recursive: true })
  return names.filter((name) => !name.startsWith('lock')).sort()
}

/** What an empty storage has in it. */
export const EMPTY_STORAGE: readonly string[] = ['files', 'open', 'trash']

/** Waits until something is so. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 1000; attempt += 1) {
    if (await isSo()) return
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  throw new Error('It never came to be so')
}
