import { messageOf } from '../errors/message-of.ts'
import { UploadError } from '../errors/upload-error.ts'
import { abortable } from './abortable.ts'

/** Waits for a promise, but no longer than the run lasts. */
export function whileRunning<T>(promise: T | Promise<T>, signal: AbortSignal): Promise<T> {
  return abortable(signal, (resolve, reject) => {
    Promise.resolve(promise).then(resolve, reject)
    return undefined
  })
}

/** Asks code of the app; what it throws fails the upload under `code`. */
export async function askApp<T>(
  code: 'hook-failed' | 'option-failed',
  name: string,
  signal: AbortSignal,
  ask: () => T | Promise<T>,
): Promise<T> {
  try {
    return await whileRunning(ask(), signal)
  } catch (error) {
    if (signal.aborted) throw error
    throw new UploadError(code, { message: `${name}: ${messageOf(error)}`, cause: error })
  }
}
