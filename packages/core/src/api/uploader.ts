import type { UploadError } from '../errors/upload-error.ts'
import type { Metadata } from '../ports/protocol.ts'
import type { Command } from '../statechart/command.ts'
import type { Lifecycle, UploadStatus } from '../statechart/state.ts'
import type { Hooks } from './hooks.ts'
import type { ChangeableOptions, RestrictionOptions } from './options.ts'
import type { Progress } from './progress.ts'
import type { Readable } from './readable.ts'
import type { Rejection } from './rejection.ts'
import type { Outcome, Upload } from './upload.ts'

/** What is seen of all uploads together. Plain, immutable data. */
export interface UploaderState {
  /** In the order they were added. */
  readonly ids: readonly string[]
  readonly counts: Readonly<Record<UploadStatus, number>>
  /** Over all uploads on the list but canceled ones. */
  readonly totals: Totals
  /** Bytes a second over everything, smoothed. */
  readonly speed: number
  readonly online: boolean
}

/** Progress over the whole list. */
export interface Totals extends Progress {
  /** How many uploads it is over. */
  readonly files: number
}

/** One thing to add, with where it came from. */
export interface NamedFile {
  readonly file: Blob
  /** @default the file's own name, or `blob` */
  readonly name?: string
  /** The path inside a folder, `/` between names. */
  readonly path?: string
}

/** A file system handle as browsers give it; only what is used. */
export interface FileHandle {
  readonly kind: 'file' | 'directory'
  readonly name: string
}

/** Everything `add` takes. Entries and handles are captured before it returns. */
export type AddInput =
  | Blob
  | NamedFile
  | FileHandle
  | FileList
  | DataTransfer
  | DataTransferItemList
  | Iterable<Blob | NamedFile | FileHandle>
  | AsyncIterable<Blob | NamedFile | FileHandle>

/** What holds for the files of one `add`. */
export interface AddOptions<Meta extends Metadata = Metadata> {
  /** Merged over the uploader's `metadata`. */
  readonly metadata?: Partial<Meta>
  /** Higher goes first; equal ones in the order they were added. @default 0 */
  readonly priority?: number
}

/** What became of one `add`. */
export interface Added<Result = unknown, Meta extends Metadata = Metadata> {
  readonly added: readonly Upload<Result, Meta>[]
  readonly rejected: readonly Rejection[]
  /** Resolves when every one of `added` has ended. */
  readonly settled: Promise<readonly Outcome<Result, Meta>[]>
}

/** What listeners are told, by event name. */
export interface UploaderEvents<Result = unknown, Meta extends Metadata = Metadata> {
  added: { readonly uploads: readonly Upload<Result, Meta>[] }
  rejected: { readonly rejections: readonly Rejection[] }
  /** Any change of status. */
  status: {
    readonly upload: Upload<Result, Meta>
    readonly status: UploadStatus
    readonly previous: UploadStatus
    readonly state: Lifecycle<Result>
  }
  done: {
    readonly upload: Upload<Result, Meta>
    readonly result: Result
    readonly how: 'uploaded' | 'instant'
  }
  failed: { readonly upload: Upload<Result, Meta>; readonly error: UploadError }
  canceled: { readonly upload: Upload<Result, Meta> }
  removed: { readonly upload: Upload<Result, Meta> }
  /** A part landed. */
  landed: { readonly upload: Upload<Result, Meta>; readonly offset: number; readonly size: number }
  /** A request failed and will be tried again. */
  retrying: {
    readonly upload: Upload<Result, Meta>
    readonly error: UploadError
    readonly attempt: number
    readonly delayMs: number
  }
  /** The session was of no use any more and a fresh one begins. */
  restarted: {
    readonly upload: Upload<Result, Meta>
    readonly reason: 'gone' | 'expired' | 'reset' | 'plan-changed'
  }
  /** Nothing is queued, active or paused any more. */
  settled: { readonly outcomes: readonly Outcome<Result, Meta>[] }
}

/** One engine: a list of uploads, their options, one budget of requests. */
export interface Uploader<Result = unknown, Meta extends Metadata = Metadata> {
  readonly store: Readable<UploaderState>
  /** Which files are taken now: what a file input's `accept` is made of. */
  readonly restrictions: RestrictionOptions
  /**
   * Adds files. What can be read at once is on the list when this returns; the promise resolves when all of it has
   * been looked at. Never rejects for a file: what was not taken is in `rejected`.
   */
  add(input: AddInput, options?: AddOptions<Meta>): Promise<Added<Result, Meta>>
  get(id: string): Upload<Result, Meta> | undefined
  /** Without an id: every upload that can. */
  start(id?: string): void
  pause(id?: string): void
  resume(id?: string): void
  retry(id?: string): void
  cancel(id?: string): void
  /** Whether the command does anything, for one upload or for any. */
  can(command: Command, id?: string): boolean
  remove(id: string): void
  /** Removes every upload, canceling what is under way; with `'settled'` only those that have ended. */
  clear(which?: 'all' | 'settled'): void
  /** Gives a queued, paused or failed upload another file; it starts afresh. */
  replaceFile(id: string, file: Blob): void
  on<Name extends keyof UploaderEvents>(
    name: Name,
    listener: (event: UploaderEvents<Result, Meta>[Name]) => void,
  ): () => void
  use(hooks: Hooks<Result, Meta>): () => void
  setOptions(options: ChangeableOptions<Result, Meta>): void
  /** Resolves when nothing is queued, active or paused. */
  settled(): Promise<readonly Outcome<Result, Meta>[]>
  /**
   * Says that somebody looks. When the last one has gone, and nobody came back within a moment, `onIdle` runs: pausing
   * for an uploader owned by a component.
   */
  attach(): () => void
  /** Stops everything, keeping the server's partials, and lets go of all resources. The uploader is of no use after. */
  dispose(): void
}
