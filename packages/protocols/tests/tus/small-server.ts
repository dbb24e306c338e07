import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ContractServer } from '@lading/test-kit'
import type { TusResult } from '../../src/tus/index.ts'

/** One upload in memory. */
interface SmallUpload {
  readonly size: number
  readonly metadata: string
  readonly kind: 'whole' | 'partial' | 'final'
  bytes: Buffer
}

/** One request as the server saw it. */
export interface SeenTusRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
}

/** Looks at each request before the server does: an answer of its own, or nothing. */
export type Misbehaviour = (
  request: SeenTusRequest,
  response: ServerResponse,
  server: SmallServer,
) => boolean | undefined

export interface SmallServerOptions {
  /** @default creation and termination */
  readonly extensions?: readonly string[]
  readonly maxSize?: number
  readonly misbehave?: Misbehaviour
  /** How many bytes of each request are kept. @default all */
  readonly keepsBytes?: number
}

/** A tus server of a few lines, in memory: what the published one lacks, and what none should do. */
export interface SmallServer extends ContractServer<TusResult> {
  readonly endpoint: string
  readonly seen: readonly SeenTusRequest[]
  readonly uploads: Map<string, SmallUpload>
  /** Headers of every answer from now on. */
  readonly also: Record<string, string>
}

/** Starts it on loopback. */
export async function startSmallServer(options: SmallServerOptions = {}): Promise<SmallServer> {
  const uploads = new Map<string, SmallUpload>()
  const seen: SeenTusRequest[] = []
  let isRefusing = false
  const http = createServer((request, response) => {
    const { method = '', url: path = '', headers } = request
    const one = { method, path, headers }
    seen.push(one)
    if (isRefusing) refuse(request, response)
    else if (!options.misbehave?.(one, response, server)) {
      void handle(request, response, server, options)
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
    also: {},
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
    response.writeHead(status, { 'Tus-Resumable': '1.0.0', ...headers, ...server.also }).end()
  }
  const upload = server.uploads.get(path)
  if (method === 'OPTIONS') answer(204, facts(options))
  else if (method === 'POST') await create(request, answer, server)
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

async function create(request: IncomingMessage, answer: Answer, { uploads }: SmallServer): Promise<void> {
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
  uploads.set(path, { size, metadata: String(metadata), kind, bytes: Buffer.alloc(0) })
  request.resume()
  answer(201, { Location: path })
}

async function append(
  request: IncomingMessage,
  answer: Answer,
  upload: SmallUpload,
  { keepsBytes = Number.POSITIVE_INFINITY }: SmallServerOptions,
): Promise<void> {
  if (Number(request.headers['upload-offset']) !== upload.bytes.length) {
    request.resume()
    return answer(409)
  }
  const checksum = request.headers['upload-checksum']
  const pieces: Buffer[] = []
  try {
    for await (const piece of request) pieces.push(piece as Buffer)
  } catch {
    // What came in before the line broke counts, unless it was to be checked.
  }
  const body = Buffer.concat(pieces)
  const sum = `sha1 ${createHash('sha1').update(body).digest('base64')}`
  if (checksum !== undefined && checksum !== sum) return answer(460)
  upload.bytes = Buffer.concat([upload.bytes, body.subarray(0, keepsBytes)])
  answer(204, { 'Upload-Offset': String(upload.bytes.length) })
}
