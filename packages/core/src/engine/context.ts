import type { ChunkVerdict } from '../api/hooks.ts'
import { statusError } from '../errors/status-error.ts'
import { UploadError } from '../errors/upload-error.ts'
import type { FileFacts, ProtocolContext, Reply, RequestDescription } from '../ports/protocol.ts'
import type { TransportResponse } from '../ports/transport.ts'
import { blobsIn } from './blobs-in.ts'
import type { Journey } from './journey.ts'
import type { Run } from './run.ts'
import { sendWatched } from './send-watched.ts'
import { askApp } from './while-running.ts'
import { withFields, withQuery } from './with-fields.ts'

/** Who a call is made for; code of the app is waited for no longer than `signal` lasts. */
export type Caller = Pick<Run, 'm' | 'journey' | 'signal'>

/** What a context may differ in. */
export interface ContextGiven {
  /** The part on its way: progress and what hooks add belong to the one request that carries its bytes. */
  readonly cargo?: {
    readonly blob: Blob
    readonly verdict: ChunkVerdict
    readonly onSent: (bytes: number) => void
  }
  /** How long requests live, where that is longer than the run. */
  readonly lifetime?: AbortSignal
}

/** What a protocol speaks through: headers, hooks, the stall watchdog and errors in one place. */
export function contextOf(caller: Caller, given: ContextGiven = {}): ProtocolContext {
  const { m, journey, signal } = caller
  const { ledger, size } = journey
  return {
    file: factsOf(journey),
    plan: ledger?.plan ?? { size, chunkSizeBytes: size, count: 1 },
    signal: given.lifetime ?? signal,
    now: () => m.ports.clock.now(),
    request: (description) => request(caller, given, description),
  }
}

/** Makes one protocol call with a place of the budget. */
export async function call<T>(
  caller: Caller,
  speak: (ctx: ProtocolContext) => Promise<T>,
  given?: ContextGiven,
): Promise<T> {
  const giveBack = await caller.m.budget.take(caller.signal)
  try {
    return await speak(contextOf(caller, given))
  } finally {
    giveBack()
  }
}

/** What the protocol may know of the file; a fresh session gets a fresh id. */
export function factsOf(journey: Journey): FileFacts {
  const { id, epoch, file, name, size, path, metadata } = journey
  const { lastModified } = file as Partial<File>
  return {
    uploadId: epoch === 0 ? id : `${id}-${epoch}`,
    name,
    size,
    type: file.type,
    ...(path !== undefined && { path }),
    ...(lastModified !== undefined && { lastModifiedMs: lastModified }),
    metadata,
  }
}

async function request(
  caller: Caller,
  { cargo, lifetime = caller.signal }: ContextGiven,
  description: RequestDescription,
): Promise<Reply> {
  const { m, journey, signal } = caller
  const { method, credentials = 'app', accept = isSuccess } = description
  const appHeaders = credentials === 'app' ? await headersOf(caller) : {}
  const carried = cargo && blobsIn(description.body).includes(cargo.blob) ? cargo : undefined
  // What a hook adds is the app's, as its headers are: a foreign server must not see it, and a signature not suffer it.
  const verdict = credentials === 'app' ? carried?.verdict : undefined
  const { body, query } = withFields(description, verdict?.fields)
  const response = await sendWatched(
    m.ports,
    {
      method,
      url: withQuery(description.url, query),
      headers: { ...appHeaders, ...description.headers, ...verdict?.headers },
      credentials,
      ...(body && { body }),
      signal: lifetime,
      ...(carried && { onSent: carried.onSent }),
    },
    description.answerWithinMs ?? m.options.stallTimeoutMs,
  )
  const reply = asReply(response)
  if (!accept(response.status, reply)) throw statusError(response, m.ports.clock.now())
  // An answer that crossed a pause is kept as it is.
  if (!signal.aborted) await m.hooks.acceptResponse(response, journey.handle, signal)
  return reply
}

async function headersOf({ m, journey, signal }: Caller): Promise<Readonly<Record<string, string>>> {
  const { headers } = m.options
  if (typeof headers !== 'function') return headers ?? {}
  return askApp('option-failed', 'headers', signal, () => headers(journey.handle))
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300
}

function asReply(response: TransportResponse): Reply {
  const { status, url, text } = response
  return {
    status,
    url,
    text,
    header: (name) => response.header(name),
    json: () => {
      try {
        return JSON.parse(text)
      } catch {
        const type = response.header('content-type') ?? 'an untyped body'
        throw new UploadError('bad-response', { message: `Expected JSON, got ${type}`, status })
      }
    },
  }
}
