import { assertContentType, noContent } from '../exchange.ts'
import { readOffset } from '../handle-upload.ts'
import { problem } from '../problem.ts'
import type { Handler } from '../server-context.ts'
import { appendBody } from './append-body.ts'
import { OFFSET_STREAM } from './tus-headers.ts'
import { findTusUpload, progressHeaders } from './tus-upload.ts'

/** `PATCH {base}/{id}` of tus: the bytes that come next; the last of them make it a file. */
export const handleTusSend: Handler = async (context, incoming, access, id) => {
  assertContentType(incoming, OFFSET_STREAM)
  const offset = readOffset(incoming.header('upload-offset'))
  const found = await findTusUpload(context, access, id)
  if ('upload' in found) {
    return noContent(progressHeaders(context, await appendBody(found.upload, offset, incoming)))
  }
  // All of it is there. Asking for nothing more is fine.
  const { size } = found.file
  if (offset !== size) throw problem('offset-conflict', {}, { 'Upload-Offset': String(size) })
  if (incoming.bodyLength !== 0) throw problem('body-too-large', { limit: 0 })
  return noContent(progressHeaders(context, found))
}
