import type { ChunkVerdict } from '../api/hooks.ts'
import { statusError } from '../errors/status-error.ts'
import { toUploadError, UploadError } from '../errors/upload-error.ts'
import type { Clock } from '../ports/clock.ts'
import type {
  FileFacts,
  Metadata,
  Plan,
  ProtocolContext,
  Reply,
  RequestDescription,
} from '../ports/protocol.ts'
import type { Body, FormEntry, Transport, TransportRequest, TransportResponse } from '../ports/transport.ts'
import { onAbort } from './on-abort.ts'

/** The slowest link worth waiting for where no progress is reported: 32 kB a second. */
const slowBytesPerMs = 32

/** What one protocol call is made with. */
export interface CallGiven<Meta extends Metadata> {
  readonly file: FileFacts<Meta>
  readonly plan: Plan
  readonly signal: AbortSignal
  /** Headers of the app, for requests that carry its credentials. */
  readonly headers: () => Promise<Readonly<Record<string, string>>>
  /** The part on its way: progress and what hooks add belong to the one request that carries its bytes. */
  readonly cargo?: {
    readonly blob: Blob
    readonly verdict: ChunkVerdict
    readonly onSent: (bytes: number) => void
  }
  readonly judge: (reply: TransportResponse) => Promise<void>
  readonly stallTimeoutMs: number
}

/** Makes the contexts that protocols speak through: headers, hooks, the stall watchdog and errors in one place. */
export class RequestMaker {
  readonly #transport: Transport
  readonly #clock: Clock

  constructor(transport: Transport, clock: Clock) {
    this.#transport = transport
    this.#clock = clock
  }

  context<Meta extends Metadata>(given: CallGiven<Meta>): ProtocolContext<Meta> {
    return {
      file: given.file,
      plan: given.plan,
      signal: given.signal,
      now: () => this.#clock.now(),
      request: (description) => this.#request(given, description),
    }
  }

  async #request<Meta extends Metadata>(
    given: CallGiven<Meta>,
    description: RequestDescription,
  ): Promise<Reply> {
    const { credentials = 'app', accept = isSuccess } = description
    const appHeaders = credentials === 'app' ? await given.headers() : {}
    const cargo = carries(description.body, given.cargo?.blob) ? given.cargo : undefined
    // What a hook adds is the app's, as its headers are: a foreign server must not see it, and a signature not suffer it.
    const verdict = credentials === 'app' ? cargo?.verdict : undefined
    const { body, query } = withFields(description, verdict?.fields)
    const response = await this.#watched(
      given.signal,
      description.answerWithinMs ?? given.stallTimeoutMs,
      {
        method: description.method,
        url: withQuery(description.url, query),
        headers: { ...appHeaders, ...description.headers, ...verdict?.headers },
        credentials,
        ...(body && { body }),
      },
      cargo?.onSent,
    )
    const reply = asReply(response)
    if (!accept(response.status, reply)) throw statusError(response, this.#clock.now())
    await given.judge(response)
    return reply
  }

  /** Calls off a request on which nothing moves any more. */
  async #watched(
    signal: AbortSignal,
    stallTimeoutMs: number,
    request: Omit<TransportRequest, 'signal' | 'onSent'>,
    onSent?: (bytes: number) => void,
  ): Promise<TransportResponse> {
    if (signal.aborted) throw new UploadError('aborted')
    const controller = new AbortController()
    const forget = onAbort(signal, () => controller.abort())
    let movedAt = this.#clock.now()
    let isStalled = false
    // A transport that cannot tell how far it is never calls back: then the body gets the time a slow link needs.
    let patienceMs = stallTimeoutMs + sizeOf(request.body) / slowBytesPerMs
    const look = (): void => {
      const left = movedAt + patienceMs - this.#clock.now()
      if (left > 0) {
        cancel = this.#clock.after(left, look)
        return
      }
      isStalled = true
      controller.abort()
    }
    let cancel = this.#clock.after(stallTimeoutMs, look)
    try {
      return await this.#transport.send({
        ...request,
        signal: controller.signal,
        onSent: (bytes) => {
          movedAt = this.#clock.now()
          patienceMs = stallTimeoutMs
          onSent?.(bytes)
        },
      })
    } catch (error) {
      if (isStalled) throw new UploadError('timeout', { message: `Nothing moved for ${stallTimeoutMs} ms` })
      const failure = toUploadError(error)
      // Called off by the app, not by us: the upload must not wait for ever.
      if (failure.code === 'aborted' && !signal.aborted) throw new UploadError('network')
      throw failure
    } finally {
      cancel()
      forget()
    }
  }
}

function carries(body: Body | undefined, blob: Blob | undefined): boolean {
  if (!body || !blob) return false
  if (body.kind === 'blob') return body.blob === blob
  return body.kind === 'form' && body.entries.some((entry) => 'blob' in entry && entry.blob === blob)
}

function sizeOf(body: Body | undefined): number {
  return body?.kind === 'blob'
    ? body.blob.size
    : body?.kind === 'form'
      ? body.entries.reduce((sum, entry) => sum + ('blob' in entry ? entry.blob.size : 0), 0)
      : 0
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300
}

function asReply(response: TransportResponse): Reply {
  return {
    status: response.status,
    url: response.url,
    text: response.text,
    header: (name) => response.header(name),
    json: () => {
      try {
        return JSON.parse(response.text)
      } catch {
        throw new UploadError('bad-response', {
          message: `Expected JSON, got ${response.header('content-type') ?? 'an untyped body'}`,
          status: response.status,
        })
      }
    },
  }
}

/** Fields of a hook: before the first file of a form, among the pairs of a url-encoded body, else in the query. */
function withFields(
  { body, query }: RequestDescription,
  fields: Readonly<Record<string, string>> | undefined,
): { body?: Body; query?: Readonly<Record<string, string>> } {
  const kept = { ...(body && { body }), ...(query && { query }) }
  if (!fields) return kept
  if (body?.kind === 'urlencoded') {
    return { ...kept, body: { kind: 'urlencoded', entries: [...body.entries, ...Object.entries(fields)] } }
  }
  if (body?.kind !== 'form') return { ...kept, query: { ...query, ...fields } }
  const added = Object.entries(fields).map(([name, value]): FormEntry => ({ name, value }))
  const at = body.entries.findIndex((entry) => 'blob' in entry)
  const entries = [...body.entries]
  entries.splice(at < 0 ? entries.length : at, 0, ...added)
  return { ...kept, body: { kind: 'form', entries } }
}

function withQuery(url: string, query: Readonly<Record<string, string>> | undefined): string {
  if (!query || Object.keys(query).length === 0) return url
  const [beforeHash = '', ...hash] = url.split('#')
  const joint = beforeHash.includes('?') ? '&' : '?'
  return [`${beforeHash}${joint}${new URLSearchParams(query)}`, ...hash].join('#')
}
