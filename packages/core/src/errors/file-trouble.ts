import { toUploadError, UploadError, type UploadErrorCode } from './upload-error.ts'

/** Why a file cannot be read any more; `undefined` where it can. Reads one byte: browsers check the file on each read. */
export async function fileTrouble(file: Blob): Promise<UploadError | undefined> {
  try {
    const byte = await file.slice(0, 1).arrayBuffer()
    if (byte.byteLength === Math.min(1, file.size)) return undefined
    return new UploadError('file-changed', { message: 'The file is shorter than it was' })
  } catch (error) {
    return readError(error, 'file-unreadable')
  }
}

/**
 * The error behind a failed read. The File API says `NotFoundError` for a file that is gone and `NotReadableError` for
 * one that changed since it was picked (W3C File API, section 6.3); anything else is `otherwise`.
 */
export function readError(error: unknown, otherwise: UploadErrorCode): UploadError {
  const { name } = error as { name?: unknown }
  if (name === 'NotFoundError') {
    return new UploadError('file-unreadable', { message: 'The file is not there any more', cause: error })
  }
  if (name === 'NotReadableError') {
    return new UploadError('file-changed', {
      message: 'The file changed since it was picked',
      cause: error,
    })
  }
  return toUploadError(error, otherwise)
}
