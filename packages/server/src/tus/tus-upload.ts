import type { Access } from '../access.ts'
import { nextByteOf } from '../next-byte.ts'
import type { OpenUpload } from '../open-upload.ts'
import { problem } from '../problem.ts'
import type { ServerContext } from '../server-context.ts'
import type { Found } from '../upload-registry.ts'

/** The upload of an id, or the file it has become; what tus has not created does not exist for it. */
export async function findTusUpload({ registry }: ServerContext, access: Access, id: string): Promise<Found> {
  const found = await registry.find(id, access)
  const { tus } = 'file' in found ? found.file : found.upload.record
  if (!tus) throw problem('upload-not-found')
  return 'upload' in found ? settle(found.upload) : found
}

/** Publishes an upload of which every byte is there: nobody may be told of the last byte before that is done. */
export async function settle(upload: OpenUpload): Promise<Found> {
  return upload.ledger.isWhole ? { file: await upload.complete(undefined) } : { upload }
}

/** How far it is, for the head of an answer; and where the file is, once it is one. */
export function progressHeaders({ resultOf }: ServerContext, found: Found): Record<string, string> {
  if ('file' in found) {
    const { file } = found
    return { 'Upload-Offset': String(file.size), 'Lading-Result': resultOf(file).url }
  }
  const { upload } = found
  const { expiresAt } = upload
  return {
    'Upload-Offset': String(nextByteOf(upload)),
    ...(expiresAt === null ? {} : { 'Upload-Expires': new Date(expiresAt).toUTCString() }),
  }
}
