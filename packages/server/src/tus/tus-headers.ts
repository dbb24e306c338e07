import type { Incoming } from '../exchange.ts'
import type { UploadLimits } from '../upload-limits.ts'

/** The version of tus that is spoken. */
export const TUS_VERSION = '1.0.0'

/** The media type of the bytes of an upload. */
export const OFFSET_STREAM = 'application/offset+octet-stream'

const EXTENSIONS = 'creation,creation-with-upload,expiration,termination,checksum'
const METHODS = new Set(['POST', 'HEAD', 'PATCH', 'DELETE'])
const MARKS = [
  'tus-resumable',
  'upload-length',
  'upload-defer-length',
  'upload-metadata',
  'upload-concat',
  'upload-checksum',
]

/** Whether a request is one of tus, even if it has forgotten to say which version. */
export function speaksTus({ method, header }: Incoming): boolean {
  if (!METHODS.has(method)) return false
  return MARKS.some((name) => header(name) !== undefined) || header('content-type') === OFFSET_STREAM
}

/** What every answer to a request of tus has. */
export const tusHeaders: Readonly<Record<string, string>> = { 'Tus-Resumable': TUS_VERSION }

/** What a client is told that asks what is spoken here. */
export function tusOptions({ maxFileSizeBytes }: UploadLimits): Record<string, string> {
  return {
    ...tusHeaders,
    'Tus-Version': TUS_VERSION,
    'Tus-Extension': EXTENSIONS,
    'Tus-Max-Size': String(maxFileSizeBytes),
    'Tus-Checksum-Algorithm': 'sha256,sha1,md5',
  }
}
