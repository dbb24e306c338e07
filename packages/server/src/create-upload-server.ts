import { ForeignResponse, type Incoming } from './exchange.ts'
import { emptySource, RequestBody } from './request-body.ts'
import { resolveOptions, type UploadServerOptions } from './server-options.ts'
import { UploadEngine } from './upload-engine.ts'
import { WebSource } from './web-source.ts'

/** The receiving side of Lading. */
export interface UploadServer {
  /** Answers a web request; never rejects. For Node's own requests see `toNodeListener`. */
  readonly fetch: (request: Request) => Promise<Response>
  /** Starts the storage, which else the first request does; rejects if that cannot be, and can be called again. */
  readonly ready: () => Promise<void>
  /** Drops uploads that have been abandoned; it also happens by itself. */
  readonly sweep: () => Promise<{ readonly expired: number }>
  /** Ends the requests that are being received (they can go on after a restart), and lets go of the storage. */
  readonly close: () => Promise<void>
}

const engines = new WeakMap<UploadServer, UploadEngine>()

/**
 * Makes a server; it listens to nothing itself.
 *
 * @example
 * const server = createUploadServer({ storage: diskStorage('./uploads') })
 * createServer(toNodeListener(server)).listen(8787)
 */
export function createUploadServer(options: UploadServerOptions): UploadServer {
  const engine = new UploadEngine(resolveOptions(options))
  const server: UploadServer = {
    fetch: (request) => answerRequest(engine, request),
    ready: () => engine.ready(),
    sweep: () => engine.sweep(),
    close: () => engine.close(),
  }
  engines.set(server, engine)
  return server
}

/** What is behind a server. */
export function engineOf(server: UploadServer): UploadEngine {
  const engine = engines.get(server)
  if (!engine) throw new TypeError('Expected `server` to be what createUploadServer() gave')
  return engine
}

async function answerRequest(engine: UploadEngine, request: Request): Promise<Response> {
  const incoming = readRequest(engine, request)
  const answer = await engine.answer(incoming)
  // Whoever is still sending gets to read the answer first.
  if (!incoming.body.isEnded) void incoming.body.drain()
  if (answer instanceof ForeignResponse) return answer.response
  const { status, headers, body } = answer
  if (body === undefined || request.method === 'HEAD') return new Response(null, { status, headers })
  return new Response(typeof body === 'string' ? body : toStream(body), { status, headers })
}

function readRequest(engine: UploadEngine, request: Request): Incoming {
  const { clock, limits } = engine.options
  const { method, headers, url, signal } = request
  const header = (name: string): string | undefined => headers.get(name) ?? undefined
  const said = header('content-length')
  const source = request.body ? new WebSource(request.body, signal) : emptySource
  return {
    method,
    path: new URL(url).pathname,
    header,
    bodyLength: said !== undefined && /^\d+$/.test(said) ? Number(said) : request.body ? undefined : 0,
    body: new RequestBody(source, clock, limits.idleTimeoutMs),
    toRequest: () => new Request(url, { method, headers }),
  }
}

function toStream(pieces: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const iterator = pieces[Symbol.asyncIterator]()
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const { done, value } = await iterator.next()
        if (done) controller.close()
        else controller.enqueue(value)
      },
      cancel: async () => {
        await iterator.return?.()
      },
    },
    { highWaterMark: 0 },
  )
}
