import { rejectOption } from '../expect-option.ts'

/** What a key may be made of. */
export interface KeyFacts {
  /** Nobody can guess it, no other upload has it, and a repeated request of one upload gets it again. */
  readonly id: string
  /** The file's name as the client gave it, without folders and without what is not safe in a path or a header. */
  readonly name: string
  /** What follows the last dot of the name, in lower case and at most 16 letters and digits; may be empty. */
  readonly extension: string
  /** As the client claims it, or `application/octet-stream`. */
  readonly type: string
  readonly size: number
  /** The path inside a picked folder as the client gave it: not safe. */
  readonly path?: string
  /** As the client gave it: not safe. */
  readonly metadata: { readonly [member: string]: unknown }
  /** Whom `authorize` says the request acts for. */
  readonly owner?: string
}

const longestKey = 1024
const longestName = 200

/** `{id}.{extension}`: says nothing that a client has chosen, but for the extension. */
export function defaultKey({ id, extension }: KeyFacts): string {
  return extension === '' ? id : `${id}.${extension}`
}

/** Throws a TypeError where the app's function made a key that S3 or a browser would understand as another one. */
export function assertKey(key: unknown): string {
  if (typeof key === 'string' && isGoodKey(key)) return key
  return rejectOption(
    'keyFor(…)',
    'a key of 1 to 1,024 bytes, without control characters, a slash in front, or segments that are empty, . or ..',
    key,
  )
}

function isGoodKey(key: string): boolean {
  return (
    Buffer.byteLength(key) <= longestKey &&
    !/[\p{Cc}\p{Cs}]/u.test(key) &&
    key.split('/').every((segment) => segment !== '' && segment !== '.' && segment !== '..')
  )
}

/** A client's file name as one segment of a path: never empty, never `.` or `..`. */
export function safeName(name: string): string {
  const last = name.split(/[\\/]/).at(-1) ?? ''
  const plain = last
    .normalize('NFC')
    .replace(/[\p{C}"#%&*:;<>?|^`{}[\]~]+/gu, '_')
    .replace(/^[.\s]+|[.\s]+$/g, '')
  const points = [...plain]
  while (Buffer.byteLength(points.join('')) > longestName) points.splice(points.length >> 1, 1)
  return points.join('') || 'file'
}

/** What follows the last dot of a name. */
export function extensionOf(name: string): string {
  return /\.([a-z0-9]{1,16})$/i.exec(name)?.[1]?.toLowerCase() ?? ''
}
