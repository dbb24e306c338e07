import type { Uploader } from '../api/uploader.ts'
import type { Metadata } from '../ports/protocol.ts'

/**
 * A command fit to be an event handler as it is: an id or a handle means that upload, nothing or an event means every
 * upload that can.
 */
export type UploaderCommand = (target?: string | object) => void

/** What an uploader can be told, as functions that need no `this`. */
export interface UploaderCommands<Result, Meta extends Metadata> extends Pick<Uploader<Result, Meta>, 'add'> {
  readonly start: UploaderCommand
  readonly pause: UploaderCommand
  readonly resume: UploaderCommand
  readonly retry: UploaderCommand
  readonly cancel: UploaderCommand
  /** Cancels one upload if need be, and takes it off the list. */
  remove(target: string | { readonly id: string }): void
  /** Removes every upload, or with `'settled'` only those that have ended. */
  clear(which?: 'all' | 'settled' | object): void
}

/** The commands of an uploader. */
export function commandsOf<Result, Meta extends Metadata>(
  uploader: Uploader<Result, Meta>,
): UploaderCommands<Result, Meta> {
  return {
    add: (input, options) => uploader.add(input, options),
    start: (target) => uploader.start(idOf(target)),
    pause: (target) => uploader.pause(idOf(target)),
    resume: (target) => uploader.resume(idOf(target)),
    retry: (target) => uploader.retry(idOf(target)),
    cancel: (target) => uploader.cancel(idOf(target)),
    remove: (target) => uploader.remove(typeof target === 'string' ? target : target.id),
    clear: (which) => uploader.clear(which === 'settled' ? which : 'all'),
  }
}

function idOf(target: string | object | undefined): string | undefined {
  if (typeof target !== 'object') return target
  return 'id' in target && typeof target.id === 'string' ? target.id : undefined
}
