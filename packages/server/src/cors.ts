import { rejectOption } from './expect-option.ts'

/** Which other origins' pages may use the server. */
export interface CorsOptions {
  /** One origin (`https://app.example`), several, `*` for all, or a function that decides. */
  readonly origin: string | readonly string[] | ((origin: string) => boolean)
  /** Whether pages may send cookies; not with `*`. @default false */
  readonly credentials?: boolean
  /** How long a browser may remember a preflight. @default 600 */
  readonly maxAgeSeconds?: number
}

const METHODS = 'GET, HEAD, POST, PATCH, DELETE, OPTIONS'
const REQUEST_HEADERS =
  'Content-Type, Idempotency-Key, Lading-Upload, Lading-Replaces, Upload-Offset, Content-Digest, Range'
const EXPOSED = [
  'Location, Retry-After, ETag, Content-Range, Accept-Ranges, Content-Disposition',
  // Of tus.
  'Upload-Offset, Upload-Length, Upload-Metadata, Upload-Expires, Lading-Result',
  'Tus-Resumable, Tus-Version, Tus-Extension, Tus-Max-Size, Tus-Checksum-Algorithm',
].join(', ')
const HEADER_NAMES = /^[\w!#$%&'*+.^`|~, -]{1,1024}$/

/** Throws a TypeError if the options cannot be meant. */
export function assertCorsOptions(cors: CorsOptions | undefined): void {
  if (cors === undefined) return
  if (typeof cors !== 'object' || cors === null) rejectOption('cors', 'an object', cors)
  const { origin, credentials } = cors
  const isList = Array.isArray(origin) && origin.every((one) => typeof one === 'string')
  if (typeof origin !== 'string' && typeof origin !== 'function' && !isList) {
    rejectOption('cors.origin', 'an origin, a list of them or a function', origin)
  }
  if (origin === '*' && credentials)
    rejectOption('cors.credentials', 'false where every origin is allowed', true)
}

/** The headers that let a page of this origin read an answer. */
export function corsHeaders(
  cors: CorsOptions | undefined,
  origin: string | undefined,
): Record<string, string> {
  if (!cors) return {}
  if (cors.origin === '*')
    return { 'Access-Control-Allow-Origin': '*', 'Access-Control-Expose-Headers': EXPOSED }
  if (origin === undefined || !isAllowed(cors, origin)) return { Vary: 'Origin' }
  return {
    Vary: 'Origin',
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Expose-Headers': EXPOSED,
    ...(cors.credentials ? { 'Access-Control-Allow-Credentials': 'true' } : {}),
  }
}

/** What a preflight is answered beside that; nothing if the origin is not allowed. */
export function preflightHeaders(
  cors: CorsOptions | undefined,
  origin: string | undefined,
  requested: string | undefined,
): Record<string, string> {
  if (!cors || (cors.origin !== '*' && (origin === undefined || !isAllowed(cors, origin)))) return {}
  const more = requested !== undefined && HEADER_NAMES.test(requested) ? `, ${requested}` : ''
  return {
    'Access-Control-Allow-Methods': METHODS,
    'Access-Control-Allow-Headers': REQUEST_HEADERS + more,
    'Access-Control-Max-Age': String(cors.maxAgeSeconds ?? 600),
  }
}

function isAllowed({ origin: allowed }: CorsOptions, origin: string): boolean {
  if (typeof allowed === 'function') return allowed(origin)
  return typeof allowed === 'string' ? allowed === origin : allowed.includes(origin)
}
