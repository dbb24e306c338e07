import type { UploadError } from '../errors/upload-error.ts'
import type { Metadata } from '../ports/protocol.ts'
import type { Command } from '../statechart/command.ts'
import type { Lifecycle } from '../statechart/state.ts'
import type { Progress } from './progress.ts'
import type { Readable } from './readable.ts'

/** What is seen of one upload: its status with that status' own fields, and its progress. Plain, immutable data. */
export type UploadState<Result = unknown> = Lifecycle<Result> & {
  readonly id: string
  readonly name: string
  readonly size: number
  readonly progress: Progress
}

/** One chunk as a picture of progress needs it. */
export interface ChunkView {
  readonly index: number
  readonly offset: number
  readonly size: number
  readonly status: 'waiting' | 'sending' | 'landed'
}

/** One file's journey: a stable handle. Everything that changes is in `state`. */
export interface Upload<Result = unknown, Meta extends Metadata = Metadata> {
  readonly id: string
  readonly file: Blob
  readonly name: string
  readonly size: number
  /** The MIME type the browser claims, or an empty string. */
  readonly type: string
  /** The path inside a picked or dropped folder. */
  readonly path: string | undefined
  readonly metadata: Meta
  readonly state: Readable<UploadState<Result>>
  /** Whether a command does anything in the present state: what enables a button. */
  can(command: Command): boolean
  start(): void
  pause(): void
  resume(): void
  retry(): void
  cancel(): void
  /** Cancels if need be, and takes the upload off the list. */
  remove(): void
  /** The chunks as they are now; empty until the plan is made. */
  chunks(): readonly ChunkView[]
  /** Resolves when this upload has ended, with how. A later retry makes a new promise. */
  settled(): Promise<Outcome<Result, Meta>>
}

/** How an upload ended. */
export type Outcome<Result = unknown, Meta extends Metadata = Metadata> =
  | {
      readonly how: 'uploaded' | 'instant'
      readonly upload: Upload<Result, Meta>
      readonly result: Result
    }
  | {
      readonly how: 'failed'
      readonly upload: Upload<Result, Meta>
      readonly error: UploadError
    }
  | { readonly how: 'canceled'; readonly upload: Upload<Result, Meta> }
