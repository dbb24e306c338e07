import type { Axios, AxiosRequestConfig, RawAxiosRequestHeaders } from 'axios'
import { UploadError } from '../errors/upload-error.ts'
import type { TransportRequest } from '../ports/transport.ts'
import { usesFetch } from './uses-fetch.ts'
import { type WireBody, wireBody } from './wire-body.ts'
import type { WireTap } from './wire-tap.ts'

/** What axios is told for one request; `defaults` are the instance's own. */
export function requestConfig(
  request: TransportRequest,
  tap: WireTap,
  defaults: Axios['defaults'],
): AxiosRequestConfig {
  const body = request.body && wireBody(request.body, request.headers)
  const { onSent } = request
  const isFetch = usesFetch(defaults)
  return {
    method: request.method,
    url: request.url,
    headers: wireHeaders(request.headers, body),
    signal: request.signal,
    transformRequest: tap.transformRequest,
    transformResponse: tap.transformResponse,
    responseType: 'text',
    timeout: 0,
    maxBodyLength: -1,
    maxContentLength: -1,
    ...(body && { data: body.data }),
    // follow-redirects holds the whole body; fetch would hide the answer
    ...(body && !isFetch && { maxRedirects: 0 }),
    ...(body && onSent && !isFetch && { onUploadProgress: (event) => onSent(event.loaded) }),
  }
}

// HTTP carries bytes 0x20 to 0xFF and tabs in a value; axios leaves out anything else without a word
const carriable = /^[\t -~\u0080-\u00ff]*$/

function wireHeaders(
  given: Readonly<Record<string, string>>,
  body: WireBody | undefined,
): RawAxiosRequestHeaders {
  const headers: RawAxiosRequestHeaders = {}
  for (const [name, value] of Object.entries(given)) {
    if (!carriable.test(value)) {
      throw new UploadError('option-failed', {
        message: `The value of the header ${name} has characters that no header can carry`,
      })
    }
    if (name.toLowerCase() !== 'content-type') headers[name] = value
  }
  // `false` keeps axios from calling an empty body a form, and an app's default type from a request without a body
  headers['Content-Type'] = body ? body.contentType : false
  return headers
}
