import { type Problem, problem } from './problem.ts'
import type { RequestBody } from './request-body.ts'

/** A request as the handlers see it, wherever it came from. */
export interface Incoming {
  readonly method: string
  /** The path as it was sent, from the root, without the query. */
  readonly path: string
  /** The value of a header, by its lower-case name. */
  header(name: string): string | undefined
  /** How long the body is said to be, 0 if there is none; undefined if nothing is said. */
  readonly bodyLength: number | undefined
  readonly body: RequestBody
  /** The same as a web request without a body, for the application. */
  toRequest(): Request
}

/** An answer of the handlers. */
export interface Outgoing {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | AsyncIterable<Uint8Array>
}

/** An answer of the application's own, which goes out as it is. */
export class ForeignResponse {
  readonly response: Response

  constructor(response: Response) {
    this.response = response
  }
}

/** An answer in JSON. */
export function json(
  status: number,
  value: object,
  headers: Readonly<Record<string, string>> = {},
): Outgoing {
  return jsonOf('application/json', status, value, headers)
}

/** An answer that says what went wrong. */
export function problemAnswer(failure: Problem): Outgoing {
  return jsonOf('application/problem+json', failure.status, failure.toJSON(), failure.headers)
}

/** An answer without a body. */
export function noContent(headers: Readonly<Record<string, string>> = {}): Outgoing {
  return { status: 204, headers: { 'Cache-Control': 'no-store', ...headers } }
}

/** Refuses a body of another type than this one. */
export function assertContentType({ header }: Incoming, type: string): void {
  const encoding = header('content-encoding') ?? 'identity'
  if (mediaType(header('content-type')) !== type || encoding.toLowerCase() !== 'identity') {
    throw problem('unsupported-media-type', { detail: `Expected ${type}, not encoded` })
  }
}

/** A media type without its parameters, in lower case. */
export function mediaType(value: string | undefined): string | undefined {
  return value?.split(';', 1)[0]?.trim().toLowerCase()
}

function jsonOf(
  type: string,
  status: number,
  value: object,
  headers: Readonly<Record<string, string>>,
): Outgoing {
  const body = JSON.stringify(value)
  const length = String(Buffer.byteLength(body))
  return {
    status,
    headers: { 'Content-Type': type, 'Content-Length': length, 'Cache-Control': 'no-store', ...headers },
    body,
  }
}
