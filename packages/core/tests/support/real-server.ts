import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createUploadServer, diskStorage, toNodeListener, type UploadServerOptions } from '@lading/server'

/** One request as the server saw it. */
export interface SeenRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
}

/** A real upload server on loopback, with what it saw, and a place to put faults before it. */
export interface RealServer {
  readonly endpoint: string
  readonly origin: string
  readonly dir: string
  readonly seen: SeenRequest[]
  /** The most requests that were under way at once. */
  readonly peak: () => number
  /** Looks at each request first; `true` where it has answered. */
  intercept: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined
  /** Ends the process's server as a crash would for its clients: every connection is cut. */
  stop(): Promise<void>
  /** Starts again on the same port and folder. */
  start(): Promise<void>
  close(): Promise<void>
}

/** Starts a real server on a folder of its own. */
export async function realServer(options: Partial<UploadServerOptions> = {}): Promise<RealServer> {
  const dir = await mkdtemp(join(tmpdir(), 'lading-core-'))
  const seen: SeenRequest[] = []
  let [now, peak, port] = [0, 0, 0]
  let server: Server | undefined
  let uploads: ReturnType<typeof createUploadServer> | undefined

  const start = async (): Promise<void> => {
    const current = createUploadServer({ storage: diskStorage(dir), ...options })
    uploads = current
    await current.ready()
    const listener = toNodeListener(current)
    server = createServer((request, response) => {
      seen.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers })
      peak = Math.max(peak, ++now)
      response.once('close', () => now--)
      if (!real.intercept?.(request, response)) listener(request, response)
    })
    await new Promise<void>((resolve) => server?.listen(port, '127.0.0.1', resolve))
    port = (server.address() as AddressInfo).port
  }
  const stop = async (): Promise<void> => {
    server?.closeAllConnections()
    await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()))
    await uploads?.close()
  }
  const real: RealServer = {
    get endpoint() {
      return `http://127.0.0.1:${port}/uploads`
    },
    get origin() {
      return `http://127.0.0.1:${port}`
    },
    dir,
    seen,
    peak: () => peak,
    intercept: undefined,
    start,
    stop,
    close: async () => {
      await stop()
      await rm(dir, { recursive: true, force: true })
    },
  }
  await start()
  return real
}

/** A file of random bytes. */
export function randomFile(name: string, size: number, type = 'application/octet-stream'): File {
  return new File([new Uint8Array(randomBytes(size))], name, { type, lastModified: 1_700_000_000_000 })
}

/** Hex SHA-256 of a blob. */
export async function sha256(blob: Blob): Promise<string> {
  return createHash('sha256')
    .update(new Uint8Array(await blob.arrayBuffer()))
    .digest('hex')
}

/** Hex SHA-256 of what a URL answers. */
export async function sha256At(url: string): Promise<string> {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${url} answered ${response.status}`)
  return sha256(await response.blob())
}
