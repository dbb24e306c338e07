import { ForeignResponse, type Incoming, type Outgoing } from './exchange.ts'
import type { Clock } from './ports.ts'
import { emptySource, RequestBody } from './request-body.ts'
import { WebSource } from './web-source.ts'

/** What answers requests, as whoever brings them sees it. */
export interface Answering {
  readonly options: {
    readonly clock: Clock
    readonly limits: { readonly idleTimeoutMs: number }
  }
  /** Whether a path is one of its own. */
  isOurs(path: string): boolean
  /** Answers one request; never rejects. */
  answer(incoming: Incoming): Promise<Outgoing | ForeignResponse>
}

/** What an app holds: something with a `fetch`. */
export interface Fetching {
  /** Answers a web request; never rejects. For Node's own requests see `toNodeListener`. */
  readonly fetch: (request: Request) => Promise<Response>
}

// On the server itself, and known by name: two entries of this package may have been bundled apart.
const behind: unique symbol = Symbol.for('lading.answering') as never

/** Lets {@link answeringOf} find what is behind a server. */
export function answersBy<T extends Fetching>(server: T, answering: Answering): T {
  return Object.defineProperty(server, behind, { value: answering })
}

/** What is behind a server. */
export function answeringOf(server: Fetching): Answering {
  if (hasAnswering(server)) return server[behind]
  throw new TypeError('Expected `server` to be what createUploadServer() or createS3Signer() gave')
}

function hasAnswering(server: Fetching): server is Fetching & { readonly [behind]: Answering } {
  return typeof server === 'object' && server !== null && behind in server
}

/** Answers a web request. */
export async function answerRequest(answering: Answering, request: Request): Promise<Response> {
  const incoming = readRequest(answering, request)
  const answer = await answering.answer(incoming)
  // Whoever is still sending gets to read the answer first.
  if (!incoming.body.isEnded) void incoming.body.drain()
  if (answer instanceof ForeignResponse) return answer.response
  const { status, headers, body } = answer
  if (body === undefined || request.method === 'HEAD') return new Response(null, { status, headers })
  return new Response(typeof body === 'string' ? body : toStream(body), { status, headers })
}

function readRequest({ options: { clock, limits } }: Answering, request: Request): Incoming {
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
