import { type Credentials, type Reply, UploadError } from '@lading/core/engine'
import { parseUrl } from './parse-url.ts'
import { missingHeader } from './response-headers.ts'
import type { TusUpload } from './tus-session.ts'

/** What decides where uploads may lie. */
export interface PlaceRules {
  readonly endpoint: string
  readonly origins: Readonly<Record<string, Credentials>>
}

/**
 * Where the server has put an upload: its `Location`, which may be relative.
 *
 * Throws `bad-response` where there is none or it is no web address, and `response-refused` where it is on an origin
 * that the app has not named: whoever answers must not be able to send the app's credentials elsewhere.
 */
export function uploadPlace(reply: Reply, { endpoint, origins }: PlaceRules): TusUpload {
  const location = reply.header('Location')?.trim()
  const url = location ? parseUrl(location, reply.url || endpoint) : undefined
  if (!url) throw missingHeader(reply, 'Location')
  const own = (parseUrl(endpoint) ?? parseUrl(reply.url))?.origin
  const credentials = url.origin === own ? 'app' : Object.hasOwn(origins, url.origin) && origins[url.origin]
  if (credentials) return { url: url.href, credentials }
  throw new UploadError('response-refused', {
    message: `The server sends the upload to ${url.origin}, another origin than the endpoint's: name it in the option \`origins\` (and whether it may see the app's credentials), or let the server see X-Forwarded-Proto and X-Forwarded-Host if a proxy stands before it`,
    status: reply.status,
  })
}
