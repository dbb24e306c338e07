import { type Reply, UploadError } from '@lading/core/engine'

/** What every request but OPTIONS carries. */
export const tusResumable: Readonly<Record<string, string>> = { 'Tus-Resumable': '1.0.0' }

/** A count of bytes in a header; `undefined` where it is missing or no count. */
export function byteCount(reply: Reply, name: string): number | undefined {
  const value = reply.header(name)?.trim() ?? ''
  const count = /^\d+$/.test(value) ? Number(value) : Number.NaN
  return Number.isSafeInteger(count) ? count : undefined
}

/** When the server drops the upload, in milliseconds since the epoch; `undefined` where it does not say. */
export function expiresAtMs(reply: Reply): number | undefined {
  const value = reply.header('Upload-Expires')
  const at = value === null ? Number.NaN : Date.parse(value)
  return Number.isNaN(at) ? undefined : at
}

/** The error of an answer that lacks what tus promises: missing, or hidden from the page. */
export function missingHeader(reply: Reply, name: string): UploadError {
  return new UploadError('bad-response', {
    message: `The answer has no valid \`${name}\`: either the server is no tus server, or it is on another origin and must list the header in Access-Control-Expose-Headers`,
    status: reply.status,
  })
}
