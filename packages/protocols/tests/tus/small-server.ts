import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ContractServer } from '@lading/test-kit'
import type { TusResult } from '../../src/tus/index.ts'
import type { Misbehaviour } from './misbehaviour.ts'

/** One upload in memory. */
interface SmallUpload {
  readonly size: number
  readonly metadata: string
  readonly kind: 'whole' | 'partial' | 'final'
  bytes: Buffer
  flipped?: number
}

/** One request as the server saw it. */
export interface SeenTusRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
}

/** How the server differs from a plain one. */
export interface SmallServerOptions {
  /** @default creation and termination */
  readonly extensions?: readonly string[]
  readonly maxSize?: number
  readonly misbehave?: Misbehaviour
  /** How many bytes of each request are kept. @default all */
  readonly keepsBytes?: number
  /** Whether checksums are compared. @default true */
  readonly checks?: boolean
  /** How many bodies arrive with a bit changed. @default 0 */
  readonly flips?: number
  /** The first so many PATCHes wait for one another. @default 1 */
  readonly together?: number
  /** Whether bytes that come along with a creation are dropped. @default false */
  readonly ignoresBodies?: boolean
}

/** A tus server of a few lines, in memory: what the published one lacks, and what none should do. */
export interface SmallServer extends ContractServer<TusResult> {
  readonly endpoint: string
  readonly seen: readonly SeenTusRequest[]
  readonly uploads: Map<string, SmallUpload>
  /** The most PATCHes that were under way at once. */
  peak(): number
}

/** Starts it on loopback. */
export async function startSmallServer(options: SmallServerOptions = {}): Promise<SmallServer> {
  const uploads = new Map<string, SmallUpload>()
  const seen: SeenTusRequest[] = []
  let isRefusing = false
  let [now, peak] = [0, 0]
  let allTogether = (): void => {}
  const together = new Promise<void>((resolve) => {
    allTogether = resolve
  })
  const http = createServer((request, response) => {
    const { method = '', url: path = '', headers } = request
    const one = { method, path, headers }
    seen.push(one)
    if (method === 'PATCH') {
      peak = Math.max(peak, ++now)
      response.once('close', () => now--)
      if (now >= (options.together ?? 1)) allTogether()
    }
    if (isRefusing) refuse(request, response)
    else if (!options.misbehave?.(one, response)) {
      void (method === 'PATCH' ? together : Promise.resolve()).then(() =>
        handle(request, response, server, options),
      )
    } else request.resume()
  })
  const listen = (port: number): Promise<void> =>
    new Promise((resolve) => http.listen(port, '127.0.0.1', resolve))
  const stop = async (): Promise<void> => {
    const closed = new Promise((resolve) => http.close(resolve))
    http.closeAllConnections()
    await closed
  }
  await listen(0)
  const { port } = http.address() as AddressInfo
  const isWhole = ({ size, bytes }: SmallUpload): boolean => size === bytes.length
  const server: SmallServer = {
    origin: `http://127.0.0.1:${port}`,
    endpoint: `http://127.0.0.1:${port}/files`,
    seen,
    uploads,
    peak: () => peak,
    read: async ({ url }) => {
      const upload = uploads.get(new URL(url).pathname)
      if (!upload) throw new Error(`There is no ${url}`)
      const name = /filename ([^,]+)/.exec(upload.metadata)?.[1] ?? ''
      return { bytes: new Uint8Array(upload.bytes), name: Buffer.from(name, 'base64').toString() }
    },
    // The parts of what was joined are no uploads of their own any more.
    holdings: async () => {
      const all = [...uploads.values()].filter(({ kind }) => kind !== 'partial')
      const lanes = all.some(({ kind }) => kind === 'final') ? 0 : uploads.size - all.length
      const finished = all.filter(isWhole).length
      return { finished, unfinished: all.length - finished + lanes }
    },
    expire: async () => {
      for (const [path, upload] of uploads) {
        if (upload.kind === 'partial' || !isWhole(upload)) uploads.delete(path)
      }
    },
    refuse: (value) => {
      isRefusing = value
    },
    stop,
    start: () => listen(port),
    close: stop,
  }
  return server
}

function refuse(request: IncomingMessage, response: ServerResponse): void {
  request.resume().once('end', () => response.writeHead(401).end())
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  server: SmallServer,
  options: SmallServerOptions,
): Promise<void> {
  const { method, url: path = '' } = request
  const answer = (status: number, headers: Record<string, string> = {}): void => {
    response.writeHead(status, { 'Tus-Resumable': '1.0.0', ...headers }).end()
  }
  const upload = server.uploads.get(path)
  if (method === 'OPTIONS') answer(204, facts(options))
  else if (method === 'POST') await create(request, answer, server, options)
  else if (!upload) {
    request.resume()
    answer(404)
  } else if (method === 'HEAD') {
    answer(200, { 'Upload-Offset': String(upload.bytes.length), 'Upload-Length': String(upload.size) })
  } else if (method === 'DELETE') {
    server.uploads.delete(path)
    answer(204)
  } else await append(request, answer, upload, options)
}

function facts({
  extensions = ['creation', 'termination'],
  maxSize,
}: SmallServerOptions): Record<string, string> {
  return {
    'Tus-Version': '1.0.0,0.2.2',
    'Tus-Extension': extensions.join(','),
    ...(extensions.includes('checksum') && { 'Tus-Checksum-Algorithm': 'md5, sha1' }),
    ...(maxSize !== undefined && { 'Tus-Max-Size': String(maxSize) }),
  }
}

/** Ids are never used again. */
let created = 0

type Answer = (status: number, headers?: Record<string, string>) => void

async function create(
  request: IncomingMessage,
  answer: Answer,
  { uploads }: SmallServer,
  options: SmallServerOptions,
): Promise<void> {
  const { 'upload-concat': concat = '', 'upload-metadata': metadata = '' } = request.headers
  const path = `/files/${++created}`
  if (String(concat).startsWith('final;')) {
    const parts = String(concat)
      .slice(6)
      .split(' ')
      .map((url) => uploads.get(new URL(url, 'http://x').pathname))
    if (parts.some((part) => !part || part.bytes.length < part.size)) return answer(400)
    const bytes = Buffer.concat(parts.map((part) => part?.bytes ?? Buffer.alloc(0)))
    uploads.set(path, { size: bytes.length, metadata: String(metadata), kind: 'final', bytes })
    return answer(201, { Location: path })
  }
  const size = Number(request.headers['upload-length'])
  const kind = concat === 'partial' ? 'partial' : 'whole'
  const upload: SmallUpload = { size, metadata: String(metadata), kind, bytes: Buffer.alloc(0) }
  uploads.set(path, upload)
  const isAlong = request.headers['content-type'] === 'application/offset+octet-stream'
  if (isAlong && options.extensions?.includes('creation-with-upload') && !options.ignoresBodies) {
    return append(request, answer, upload, options, { status: 201, headers: { Location: path } })
  }
  request.resume()
  answer(201, { Location: path })
}

async function append(
  request: IncomingMessage,
  answer: Answer,
  upload: SmallUpload,
  options: SmallServerOptions,
  good: { status: number; headers: Record<string, string> } = { status: 204, headers: {} },
): Promise<void> {
  const { keepsBytes = Number.POSITIVE_INFINITY, checks = true, flips = 0 } = options
  if (Number(request.headers['upload-offset'] ?? 0) !== upload.bytes.length) {
    request.resume()
    return answer(409)
  }
  const pieces: Buffer[] = []
  try {
    for await (const piece of request) pieces.push(piece as Buffer)
  } catch {
    // What came in before the line broke counts, unless it was to be checked.
  }
  const body = Buffer.concat(pieces)
  if ((upload.flipped ?? 0) < flips) {
    body[0] = (body[0] ?? 0) ^ 1
    upload.flipped = (upload.flipped ?? 0) + 1
  }
  const checksum = request.headers['upload-checksum']
  const sum = `sha1 ${createHash('sha1').update(body).digest('base64')}`
  if (checks && checksum !== undefined && checksum !== sum) return answer(460)
  upload.bytes = Buffer.concat([upload.bytes, body.subarray(0, keepsBytes)])
  answer(good.status, { ...good.headers, 'Upload-Offset': String(upload.bytes.length) })
}
