import { readAccess } from '../access.ts'
import { noContent } from '../exchange.ts'
import { handleRemove } from '../handle-file.ts'
import type { Handler } from '../server-context.ts'
import { findTusUpload } from './tus-upload.ts'

/** `DELETE {base}/{id}` of tus: drops the upload; or the file it has become, for who may remove that too. */
export const handleTusAbort: Handler = async (context, incoming, access, id) => {
  const found = await findTusUpload(context, access, id)
  const file = 'file' in found ? found.file : await context.registry.end(found.upload, 'upload-aborted')
  if (!file) return noContent()
  return handleRemove(context, incoming, await readAccess(context.authorize, incoming, 'remove'), id)
}
