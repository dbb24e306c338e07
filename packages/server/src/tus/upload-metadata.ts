import { problem } from '../problem.ts'

const PAIR = /^([^\s,]+)(?: ([A-Za-z0-9+/]*={0,2}))?$/
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** What a client says about its file in `Upload-Metadata`. */
export interface UploadMetadata {
  readonly name: string
  readonly type: string
  /** Everything but the name and the type. */
  readonly metadata: Readonly<Record<string, string>> | undefined
}

/** Reads `Upload-Metadata`: `filename` and `filetype` as tus clients call them, the rest as it comes. */
export function readUploadMetadata(value: string | undefined): UploadMetadata {
  const pairs = new Map<string, string>()
  for (const pair of (value ?? '').trim() === '' ? [] : (value ?? '').split(',')) {
    const [, key, encoded = ''] = PAIR.exec(pair.trim()) ?? []
    if (key === undefined) throw invalid('Expected pairs of a key and a value in base64')
    if (pairs.has(key)) throw invalid('A key comes twice')
    pairs.set(key, decode(encoded))
  }
  const { filename: name = '', filetype: type = '', ...rest } = Object.fromEntries(pairs)
  return { name, type, metadata: Object.keys(rest).length > 0 ? rest : undefined }
}

function decode(encoded: string): string {
  if (!BASE64.test(encoded)) throw invalid('A value is not in base64')
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(encoded, 'base64'))
  } catch {
    throw invalid('A value is not text in UTF-8')
  }
}

function invalid(detail: string): Error {
  return problem('invalid-request', { field: 'Upload-Metadata', detail })
}
