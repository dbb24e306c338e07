import axios, { type Axios, type AxiosInstance } from 'axios'
import { misuse } from '../errors/misuse.ts'
import { UploadError } from '../errors/upload-error.ts'
import type { Transport, TransportRequest, TransportResponse } from '../ports/transport.ts'
import { answerOf } from './answer-of.ts'
import { bareInstance } from './bare-instance.ts'
import { failureOf } from './failure-of.ts'
import { requestConfig } from './request-config.ts'
import { untilAborted } from './until-aborted.ts'
import { createWireTap } from './wire-tap.ts'

/**
 * Makes requests with axios: by XHR in browsers, by `node:http` in Node.
 *
 * Requests that carry the app's credentials go through `http` as it is: interceptors, auth, base URL, defaults,
 * `validateStatus`, adapter. Only what would break an upload is set for each request: no timeout (the engine watches
 * for stalls), no size limits, no transforms of bodies. Interceptors see JSON answers parsed, as they are used to.
 * What they do counts: one that refreshes a token and repeats the request works; one that wraps an error status into
 * an error of its own does not hide that status; one that throws on a good answer fails the request with
 * `response-refused`, one that throws before the request is made with `option-failed`.
 *
 * - An instance with `adapter: 'fetch'` reports no progress: a `fetch` upload with progress fails in Chromium over
 *   HTTP/1.1, and goes without a length in Node. An adapter given as a function is used as it is.
 * - Control characters in a form's file names become `_`, since parsers refuse the whole form for them; a header value
 *   that HTTP cannot carry is `option-failed`, since axios would cut it without a word.
 * - Progress costs a preflight where the server is of another origin.
 * - A redirect of a request with a body is an answer of its 3xx status in Node, since following it would hold the
 *   whole body in memory. Browsers follow redirects by themselves. Without a body they are followed everywhere.
 * - Requests with `credentials: 'none'` use an instance of their own with no interceptors, headers, base URL or
 *   cookies of other origins. The page's own origin gets its cookies with any XHR.
 *
 * @param http The app's axios instance. @default a plain one
 * @example
 * const transport = axiosTransport(axios.create({ baseURL: 'https://api.example.org' }))
 */
export function axiosTransport(http?: AxiosInstance): Transport {
  if (http !== undefined && !isInstance(http)) throw misuse('http', 'an axios instance', http)
  const app = http ?? axios.create()
  const bare = bareInstance()
  return { send: (request) => send(request.credentials === 'app' ? app : bare, request) }
}

async function send(http: Axios, request: TransportRequest): Promise<TransportResponse> {
  const { signal } = request
  const tap = createWireTap()
  let isOpen = true
  const onSent = (bytes: number): void => {
    // axios flushes its throttled progress after the end too
    if (isOpen) request.onSent?.(bytes)
  }
  const config = requestConfig({ ...request, ...(request.onSent && { onSent }) }, tap, http.defaults)
  // an adapter of the app's own may report nothing: it makes no promise by reporting the start
  if (config.onUploadProgress && typeof http.defaults.adapter !== 'function') onSent(0)
  if (signal.aborted) throw new UploadError('aborted')
  const answer = http.request(config).then(
    (given) => answerOf(given, tap),
    (thrown) => failureOf(thrown, tap),
  )
  // an interceptor that never comes back knows nothing of the signal
  return untilAborted(answer, signal).finally(() => {
    isOpen = false
  })
}

function isInstance(value: unknown): value is AxiosInstance {
  if (typeof value !== 'function' && typeof value !== 'object') return false
  const { request, defaults } = (value ?? {}) as { request?: unknown; defaults?: unknown }
  return typeof request === 'function' && typeof defaults === 'object' && defaults !== null
}
