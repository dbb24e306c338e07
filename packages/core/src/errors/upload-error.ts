import { messageOf } from './message-of.ts'

/**
 * Every way an upload can fail: one closed list, so that an app can map codes to its own texts.
 *
 * - `network`, `timeout`: no answer came; `timeout` is a stall, no byte moved for `stallTimeoutMs`
 * - `unauthorized` 401 · `forbidden` 403 · `not-found` 404 · `conflict` 409 · `too-large` 413 · `unprocessable` 422 ·
 *   `rate-limited` 429 · `storage-full` 507 · `server-error` any other 5xx · `request-refused` any other status
 * - `bad-response`: the status was fine and the body was not what the protocol promises
 * - `response-refused`: the `acceptResponse` hook judged a reply to be a failure
 * - `integrity-failed`: what the server stored differs from the file, also after sending it again
 * - `session-lost`: the server forgot the upload again and again
 * - `file-changed`, `file-unreadable`: the file on disk is not what was picked, or is gone
 * - `hash-failed`, `hook-failed`, `option-failed`: our hasher, a hook, or an option given as a function threw
 * - `unsupported`: the protocol cannot carry this file (too many chunks, say)
 * - `aborted`: a request was called off by us; never shown as a failure
 * - `unexpected`: a bug; `cause` says where
 */
export type UploadErrorCode =
  | 'network'
  | 'timeout'
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'too-large'
  | 'unprocessable'
  | 'rate-limited'
  | 'storage-full'
  | 'server-error'
  | 'request-refused'
  | 'bad-response'
  | 'response-refused'
  | 'integrity-failed'
  | 'session-lost'
  | 'file-changed'
  | 'file-unreadable'
  | 'hash-failed'
  | 'hook-failed'
  | 'option-failed'
  | 'unsupported'
  | 'aborted'
  | 'unexpected'

/** What is kept of the error underneath: never a request, a header or a body. */
export interface SlimCause {
  readonly name: string
  readonly message?: string
  readonly code?: string
}

/** The facts of an {@link UploadError} beside its code. */
export interface UploadErrorDetails {
  /** A short text for logs; apps show their own text, keyed by `code`. */
  readonly message?: string
  /** Whether the same request may succeed later. @default decided by the code */
  readonly retryable?: boolean
  /** The HTTP status, where an answer came. */
  readonly status?: number
  /** How many attempts had been made when it was given up, from 1. */
  readonly attempt?: number
  /** How long the server asked us to wait. */
  readonly retryAfterMs?: number
  /** The server's own code, e.g. of an RFC 9457 problem. */
  readonly serverCode?: string
  readonly cause?: unknown
}

const brand: unique symbol = Symbol.for('lading.upload-error') as never

const retryableCodes: ReadonlySet<UploadErrorCode> = new Set([
  'network',
  'timeout',
  'rate-limited',
  'server-error',
])

/** An expected failure of one upload: data, stored in `failed.error`; identified by {@link isUploadError}. */
export class UploadError extends Error {
  override readonly name: string = 'UploadError'
  readonly code: UploadErrorCode
  readonly retryable: boolean
  // `declare`, or the fields would be there without a value
  declare readonly status?: number
  declare readonly attempt?: number
  declare readonly retryAfterMs?: number
  declare readonly serverCode?: string
  declare readonly cause?: SlimCause

  constructor(code: UploadErrorCode, details: UploadErrorDetails = {}) {
    super(details.message ?? code)
    this.code = code
    this.retryable = details.retryable ?? retryableCodes.has(code)
    if (details.status !== undefined) this.status = details.status
    if (details.attempt !== undefined) this.attempt = details.attempt
    if (details.retryAfterMs !== undefined) this.retryAfterMs = details.retryAfterMs
    if (details.serverCode !== undefined) this.serverCode = details.serverCode
    if (details.cause !== undefined) this.cause = slimCause(details.cause)
    Object.defineProperty(this, brand, { value: true })
  }
}

/** Whether a value is an {@link UploadError}, also one of another copy of this package. */
export function isUploadError(value: unknown): value is UploadError {
  return typeof value === 'object' && value !== null && brand in value
}

/** Any thrown value as an {@link UploadError}: one of ours as it is, another under the given code. */
export function toUploadError(thrown: unknown, code: UploadErrorCode = 'unexpected'): UploadError {
  if (isUploadError(thrown)) return thrown
  return new UploadError(code, { message: `${code}: ${messageOf(thrown)}`, cause: thrown })
}

/** The same error with other details, or under another code. */
export function withDetails(
  error: UploadError,
  details: UploadErrorDetails,
  code: UploadErrorCode = error.code,
): UploadError {
  return new UploadError(code, { ...error, message: error.message, ...details })
}

function slimCause(cause: unknown): SlimCause {
  if (typeof cause !== 'object' || cause === null) return { name: 'Error', message: String(cause) }
  const { name, message, code } = cause as { name?: unknown; message?: unknown; code?: unknown }
  return {
    name: typeof name === 'string' ? name : 'Error',
    ...(typeof message === 'string' && { message }),
    ...(typeof code === 'string' && { code }),
  }
}
