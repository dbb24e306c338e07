import type { Handler } from '../server-context.ts'
import { findTusUpload, progressHeaders } from './tus-upload.ts'

/** `HEAD {base}/{id}` of tus: how far it is. */
export const handleTusStatus: Handler = async (context, _incoming, access, id) => {
  const found = await findTusUpload(context, access, id)
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
