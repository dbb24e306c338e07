import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { createServer, type Server as HttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ContractServer } from '@lading/test-kit'
import { FileStore } from '@tus/file-store'
import { Server, type ServerOptions } from '@tus/server'
import type { TusResult } from '../../src/tus/index.ts'

/** The published tus server on a folder of its own, and what it was asked. */
export interface TusServer extends ContractServer<TusResult> {
  readonly endpoint: string
  readonly dir: string
  readonly seen: readonly IncomingMessage[]
  stop(): Promise<void>
  start(): Promise<void>
}

/** What of the server a test wants otherwise. */
export interface TusServerOptions extends Partial<Omit<ServerOptions, 'datastore' | 'path'>> {
  readonly expiresAfterMs?: number
  /** Looks at each request first; `true` where it has answered. */
  readonly intercept?: (request: IncomingMessage, response: ServerResponse) => boolean
}

/** Starts it on loopback. */
export async function startTusServer(options: TusServerOptions = {}): Promise<TusServer> {
  const { expiresAfterMs, intercept, ...rest } = options
  const dir = await mkdtemp(join(tmpdir(), 'lading-tus-'))
  const seen: IncomingMessage[] = []
  let isRefusing = false
  let http: HttpServer
  let port = 0
  const start = async (): Promise<void> => {
    const datastore = new FileStore({
      directory: dir,
      ...(expiresAfterMs !== undefined && { expirationPeriodInMilliseconds: expiresAfterMs }),
    })
    const tus = new Server({ path: '/files', datastore, ...rest })
    http = createServer((request, response) => {
      seen.push(request)
      if (isRefusing) request.resume().once('end', () => response.writeHead(401).end())
      else if (!intercept?.(request, response)) void tus.handle(request, response)
    })
    await new Promise<void>((resolve) => http.listen(port, '127.0.0.1', resolve))
    port = (http.address() as AddressInfo).port
  }
  const stop = async (): Promise<void> => {
    const closed = new Promise((resolve) => http.close(resolve))
    http.closeAllConnections()
    await closed
  }
  await start()
  return {
    origin: `http://127.0.0.1:${port}`,
    endpoint: `http://127.0.0.1:${port}/files`,
    dir,
    seen,
    read: ({ url }) => readStored(dir, url),
    holdings: async () => {
      const uploads = await listStored(dir)
      const finished = uploads.filter(({ size, offset }) => size === offset).length
      return { finished, unfinished: uploads.length - finished }
    },
    expire: async () => {
      for (const { id, size, offset } of await listStored(dir)) {
        if (size !== offset) await Promise.all([rm(join(dir, id)), rm(join(dir, `${id}.json`))])
      }
    },
    refuse: (value) => {
      isRefusing = value
    },
    stop,
    start,
    close: async () => {
      await stop()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

async function readStored(dir: string, url: string): Promise<{ bytes: Uint8Array; name: string }> {
  const id = new URL(url).pathname.split('/').at(-1) ?? ''
  const { metadata } = JSON.parse(await readFile(join(dir, `${id}.json`), 'utf8')) as {
    metadata: { filename: string }
  }
  return { bytes: new Uint8Array(await readFile(join(dir, id))), name: metadata.filename }
}

/** Every upload in the folder, with how far it is. */
async function listStored(dir: string): Promise<{ id: string; size: number; offset: number }[]> {
  const names = (await readdir(dir)).filter((name) => name.endsWith('.json'))
  return Promise.all(
    names.map(async (name) => {
      const { id, size } = JSON.parse(await readFile(join(dir, name), 'utf8')) as { id: string; size: number }
      return { id, size, offset: (await stat(join(dir, id))).size }
    }),
  )
}
