import { isUploadError, type Lost, type Recount, UploadError } from '@lading/core/engine'

/** Makes a request, and tells what the statuses of tus 1.0 mean for the journey. Others stay what they are. */
export async function understood<T>(speak: () => Promise<T>): Promise<T | Lost | Recount> {
  try {
    return await speak()
  } catch (error) {
    switch (isUploadError(error) ? error.status : undefined) {
      case 404:
        return { lost: 'gone' }
      case 410:
        return { lost: 'expired' }
      case 409:
        return { recount: true }
      default:
        throw explained(error)
    }
  }
}

/** The failures that tus has statuses of its own for. */
export function explained(error: unknown): unknown {
  if (!isUploadError(error)) return error
  const { status, retryAfterMs } = error
  switch (status) {
    case 412:
      return new UploadError('unsupported', { message: 'The server does not speak tus 1.0.0', status })
    case 423:
      return new UploadError('conflict', {
        message: 'The server still holds the upload locked for an earlier request',
        retryable: true,
        status,
        ...(retryAfterMs !== undefined && { retryAfterMs }),
      })
    case 460:
      return new UploadError('integrity-failed', {
        message: 'The part arrived with another checksum',
        retryable: true,
        status,
      })
    default:
      return error
  }
}
