import { UploadError } from '../errors/upload-error.ts'

/** The promise, or a rejection with `aborted` as soon as the signal says so. */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(new UploadError('aborted'))
    const done = (): void => signal.removeEventListener('abort', onAbort)
    signal.addEventListener('abort', onAbort, { once: true })
    promise.then(resolve, reject).finally(done)
  })
}
