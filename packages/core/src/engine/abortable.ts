import { UploadError } from '../errors/upload-error.ts'
import { onAbort } from './on-abort.ts'

/**
 * A promise that rejects with `aborted` as soon as the signal says so: what never answers must not hold a pause up.
 *
 * What `begin` returns undoes what it began; called at once when the promise ends, not a turn later.
 */
export function abortable<T>(
  signal: AbortSignal,
  begin: (resolve: (value: T) => void, reject: (error: unknown) => void) => (() => void) | undefined,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    if (signal.aborted) throw new UploadError('aborted')
    let undo: (() => void) | undefined
    const ending =
      <V>(settle: (value: V) => void) =>
      (value: V): void => {
        forget()
        undo?.()
        settle(value)
      }
    const forget = onAbort(signal, () => ending(reject)(new UploadError('aborted')))
    undo = begin(ending(resolve), ending(reject))
  })
}
