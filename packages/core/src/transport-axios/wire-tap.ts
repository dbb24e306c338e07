import type { AxiosRequestTransformer, AxiosResponseTransformer } from 'axios'
import type { TransportResponse } from '../ports/transport.ts'
import { answeringUrl } from './answering-url.ts'
import { headerReader } from './header-reader.ts'

/** An answer as it came, before any interceptor. */
export interface WireAnswer {
  readonly response: TransportResponse
  /** What the interceptors are given as `data`. */
  readonly data: unknown
}

/**
 * Sees one request between the adapter and the app's interceptors, repeats by an interceptor included: what was really
 * answered, whatever they make of it.
 */
export interface WireTap {
  readonly transformRequest: AxiosRequestTransformer
  readonly transformResponse: AxiosResponseTransformer
  /** The absolute URL the adapter was given; empty where it makes none, absent where the adapter was never called. */
  dispatchedTo(): string | undefined
  /** The answer to the last dispatch, where one came. */
  answer(): WireAnswer | undefined
}

/** A tap for one request. */
export function createWireTap(): WireTap {
  let config: object | undefined
  let answer: WireAnswer | undefined
  return {
    transformRequest(data) {
      config = this
      answer = undefined
      return data
    },
    transformResponse(raw, headers, status) {
      const header = headerReader(headers)
      const data = typeof raw === 'string' ? parsedJson(raw, header('content-type')) : raw
      const url = answeringUrl({ config: this, ...(this as { response?: object }).response })
      // 0 is what an opaque answer has: there is none
      if (status) answer = { response: { status, url, header, text: textOf(raw) }, data }
      return data
    },
    dispatchedTo: () => config && answeringUrl({ config }),
    answer: () => answer,
  }
}

/** A body as text: interceptors and adapters of an app's own may give parsed JSON. */
export function textOf(data: unknown): string {
  if (typeof data === 'string') return data
  return data === undefined || data === null ? '' : (JSON.stringify(data) ?? '')
}

function parsedJson(text: string, contentType: string | null): unknown {
  if (!contentType?.includes('json')) return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
