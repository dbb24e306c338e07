import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Answering, answeringOf, type Fetching } from './answering.ts'
import { ForeignResponse, type Incoming, type Outgoing } from './exchange.ts'
import { NodeSource } from './node-source.ts'
import { type ByteSource, emptySource, MOST_DRAINED_BYTES, RequestBody } from './request-body.ts'

/** What Express and its like add to a request. */
type MountedRequest = IncomingMessage & { readonly originalUrl?: string; readonly body?: unknown }

/** A listener for `http.createServer`, and a middleware for Express, Connect and their like. */
export type NodeListener = (
  request: IncomingMessage,
  response: ServerResponse,
  next?: (error?: unknown) => void,
) => void

/**
 * Lets a server answer Node's requests, without web streams in between.
 * As a middleware it may be mounted anywhere, but `basePath` is the whole path as the client sees it; what is not
 * under that goes to `next`. It wants bodies unread, though JSON that a parser before it has read is used.
 */
export function toNodeListener(server: Fetching): NodeListener {
  const engine = answeringOf(server)
  return (request, response, next) => {
    const path = pathOf(request)
    if (next && !engine.isOurs(path)) return next()
    answer(engine, request, response, path).catch((error: unknown) => {
      // The client has gone in the middle of an answer, or the file behind it has.
      response.destroy(error instanceof Error ? error : undefined)
    })
  }
}

async function answer(
  engine: Answering,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<void> {
  // A client that goes away in the middle is nobody's error.
  response.on('error', () => undefined)
  const incoming = readIncoming(engine, request, path)
  const outgoing = await engine.answer(incoming)
  if (response.destroyed) return
  if (outgoing instanceof ForeignResponse) await send(await readForeign(outgoing), incoming, response)
  else await send(outgoing, incoming, response)
  // A connection that is closed with bytes unread is reset, and the answer with it: so they are read for a while.
  if (incoming.body.isEnded || (await incoming.body.drain())) response.end()
  else request.destroy()
}

/** Writes an answer, all but its end. */
async function send(
  { status, headers, body }: Outgoing,
  incoming: Incoming,
  response: ServerResponse,
): Promise<void> {
  response.writeHead(status, isTooMuch(incoming, response) ? { ...headers, Connection: 'close' } : headers)
  if (incoming.method === 'HEAD' || body === undefined) return response.flushHeaders()
  if (typeof body === 'string') {
    response.write(body)
    return
  }
  for await (const piece of body) {
    if (response.destroyed) return
    if (!response.write(piece)) await hasRoom(response)
  }
}

/** Whether a body will not be read to its end, so that the connection is of no more use; HTTP/2 has other means. */
function isTooMuch(
  { body, bodyLength = Number.POSITIVE_INFINITY }: Incoming,
  { req: request }: ServerResponse,
): boolean {
  return !body.isEnded && bodyLength > MOST_DRAINED_BYTES && request.httpVersionMajor < 2
}

function hasRoom(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done)
      response.off('close', done)
      resolve()
    }
    response.on('drain', done)
    response.on('close', done)
  })
}

async function readForeign({ response }: ForeignResponse): Promise<Outgoing> {
  const { status, headers } = response
  return { status, headers: Object.fromEntries(headers), body: await response.text() }
}

function readIncoming(engine: Answering, request: IncomingMessage, path: string): Incoming {
  const { method = 'GET', headers } = request
  const { clock, limits } = engine.options
  const header = (name: string): string | undefined => {
    const value = headers[name]
    return Array.isArray(value) ? value.join(', ') : value
  }
  const said = header('content-length')
  const hasBody = said === undefined ? header('transfer-encoding') !== undefined : said !== '0'
  const source = hasBody ? (parsedSource(request) ?? new NodeSource(request)) : emptySource
  return {
    method,
    path,
    header,
    bodyLength: said === undefined ? (hasBody ? undefined : 0) : Number(said),
    body: new RequestBody(source, clock, limits.idleTimeoutMs),
    toRequest: () => toRequest(request, path),
  }
}

/** The path without its query; as a middleware is given it, or as it came. */
function pathOf(request: MountedRequest): string {
  const url = request.originalUrl ?? request.url ?? '/'
  // A proxy's request names the whole URL.
  const path = url.startsWith('/') ? url : URL.canParse(url) ? new URL(url).pathname : '/'
  return path.split('?', 1)[0] ?? '/'
}

/** What a body parser before us has read, as bytes again. */
function parsedSource(request: MountedRequest): ByteSource | undefined {
  if (!request.readableEnded || request.body === undefined) return undefined
  const { body } = request
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  let rest: Uint8Array[] | null = [body instanceof Uint8Array ? body : Buffer.from(text)]
  const read = async (): Promise<Uint8Array[] | null> => {
    const pieces = rest
    rest = null
    return pieces
  }
  return { read, stop: () => undefined }
}

function toRequest(request: MountedRequest, path: string): Request {
  const scheme = 'encrypted' in request.socket ? 'https' : 'http'
  const origin = `${scheme}://${request.headers.host ?? 'localhost'}`
  const query = (request.originalUrl ?? request.url ?? '').slice(path.length)
  const headers = new Headers()
  for (const [name, value] of Object.entries(request.headers)) {
    // HTTP/2 has names of its own that start with a colon.
    if (value !== undefined && !name.startsWith(':')) headers.set(name, [value].flat().join(', '))
  }
  const url = new URL(path, URL.canParse(origin) ? origin : `${scheme}://localhost`)
  url.search = query
  return new Request(url, { method: request.method ?? 'GET', headers })
}
