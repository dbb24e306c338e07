import { UploadError } from '../errors/upload-error.ts'
import type { TransportResponse } from '../ports/transport.ts'
import { answeringUrl } from './answering-url.ts'
import { headerReader } from './header-reader.ts'
import { textOf, type WireTap } from './wire-tap.ts'

interface ResponseLike {
  readonly status: number
  readonly data: unknown
  readonly headers: unknown
  readonly config?: unknown
  readonly request?: unknown
}

/**
 * The answer behind what the instance resolved with: a response, or whatever the app's interceptors made of it.
 *
 * Many return `response.data` only; then the answer is what came over the wire.
 */
export function answerOf(given: unknown, tap: WireTap): TransportResponse {
  const wire = tap.answer()
  if (isResponseLike(given)) {
    const isUntouched =
      wire !== undefined && given.status === wire.response.status && given.data === wire.data
    return isUntouched ? wire.response : responseOf(given)
  }
  if (wire) return wire.response
  throw new UploadError(tap.dispatchedTo() ? 'network' : 'option-failed', {
    message: 'The `http` instance gave back no response',
  })
}

/** An axios response, of any copy of axios or made by an interceptor, as ours. */
export function responseOf(response: ResponseLike): TransportResponse {
  return {
    status: response.status,
    url: answeringUrl(response),
    header: headerReader(response.headers),
    text: textOf(response.data),
  }
}

/** Whether a value can be read as an HTTP answer; status 0 is none. */
export function isResponseLike(value: unknown): value is ResponseLike {
  if (typeof value !== 'object' || value === null) return false
  if (!('status' in value && 'data' in value && 'headers' in value)) return false
  return typeof value.status === 'number' && value.status >= 100
}
