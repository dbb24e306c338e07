import type { Json } from './json.ts'

/** One entry of a form, in the order it is sent. */
export type FormEntry =
  | { readonly name: string; readonly value: string }
  | { readonly name: string; readonly blob: Blob; readonly filename: string; readonly type?: string }

/** A request's body as a description, made real by the transport. */
export type Body =
  | { readonly kind: 'blob'; readonly blob: Blob; readonly type?: string }
  | { readonly kind: 'form'; readonly entries: readonly FormEntry[] }
  | { readonly kind: 'urlencoded'; readonly entries: readonly (readonly [string, string])[] }
  | { readonly kind: 'json'; readonly value: Json }

/**
 * Whose credentials a request carries: `'app'` goes through the app's own axios instance with its headers and cookies;
 * `'none'` bypasses all of it (a presigned URL must never see an Authorization header).
 */
export type Credentials = 'app' | 'none'

/** One HTTP request, ready to be made. */
export interface TransportRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Body
  readonly credentials: Credentials
  readonly signal: AbortSignal
  /**
   * Called with the number of body bytes handed to the network so far: an estimate, never proof of arrival. A transport
   * that reports progress calls it with 0 first; one that never does gets more time before it counts as stalled.
   */
  readonly onSent?: (bytes: number) => void
}

/** An HTTP answer of any status. */
export interface TransportResponse {
  readonly status: number
  /** The absolute URL that answered, after redirects; empty where the environment hides it. */
  readonly url: string
  /** A header's value by its case-insensitive name; `null` where absent or hidden by CORS. */
  header(name: string): string | null
  readonly text: string
}

/**
 * How one request is made.
 *
 * Resolves with an answer of any status. Rejects with an `UploadError` only: `network`, `timeout`, `aborted` when the
 * signal ended it, `option-failed` or `response-refused` where code of the app threw on the way, or `file-unreadable`.
 */
export interface Transport {
  send(request: TransportRequest): Promise<TransportResponse>
}
