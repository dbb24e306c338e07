import type { Handler } from '../server-context.ts'
import { findTusUpload, progressHeaders } from './tus-upload.ts'

/**
 * `HEAD {base}/{id}` of tus: how far it is. Who asks wants to go on, so a request that still brings bytes is one whose
 * client has left it: it is ended first, or what it goes on to bring would make the answer wrong.
 */
export const handleTusStatus: Handler = async (context, _incoming, access, id) => {
  const before = await findTusUpload(context, access, id)
  if ('upload' in before) await before.upload.interrupt()
  const found = 'upload' in before ? await findTusUpload(context, access, id) : before
  const { size, tus } = 'file' in found ? found.file : found.upload.record
  return {
    status: 200,
    headers: {
      ...progressHeaders(context, found),
      'Upload-Length': String(size),
      ...(tus?.metadata === undefined ? {} : { 'Upload-Metadata': tus.metadata }),
      'Cache-Control': 'no-store',
    },
  }
}
