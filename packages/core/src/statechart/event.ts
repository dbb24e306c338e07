import type { UploadError } from '../errors/upload-error.ts'
import type { Checkpoint, IdentityProgress, PauseReason, Waiting } from './state.ts'

/** Commands: what a person or an app wants. `checkpoint` is what the ledger knows at that moment. */
export type CommandEvent =
  | { readonly type: 'start' }
  | { readonly type: 'pause'; readonly checkpoint: Checkpoint }
  | { readonly type: 'resume' }
  | { readonly type: 'retry' }
  | { readonly type: 'cancel' }
  | { readonly type: 'replace-file'; readonly file: Blob }

/** What the scheduler and other tabs say. */
export type SlotEvent = { readonly type: 'slot-won'; readonly run: number } | { readonly type: 'lock-freed' }

/** What the work of one run reports; reports of an older run are dropped. */
export type WorkEvent<Result> =
  | { readonly type: 'prepared'; readonly run: number; readonly next: 'hashing' | 'checking' | 'uploading' }
  | { readonly type: 'lock-taken'; readonly run: number }
  | { readonly type: 'hashed'; readonly run: number; readonly next: 'checking' | 'uploading' }
  | { readonly type: 'checked'; readonly run: number; readonly identity: IdentityProgress }
  | { readonly type: 'identity-moved'; readonly run: number; readonly identity: IdentityProgress }
  | { readonly type: 'out-of-step'; readonly run: number }
  | { readonly type: 'all-landed'; readonly run: number }
  | { readonly type: 'session-lost'; readonly run: number }
  | {
      readonly type: 'finished'
      readonly run: number
      readonly how: 'uploaded' | 'instant'
      readonly result: Result
    }
  | { readonly type: 'waits'; readonly run: number; readonly waiting: Waiting }
  | { readonly type: 'goes-on'; readonly run: number }
  | {
      readonly type: 'blocked'
      readonly run: number
      readonly reason: Exclude<PauseReason, 'user'>
      readonly checkpoint: Checkpoint
    }
  | {
      readonly type: 'failed'
      readonly run: number
      readonly error: UploadError
      readonly checkpoint: Checkpoint
    }

/** Everything the statechart reacts to: about ten in a file's life, never progress. */
export type LifecycleEvent<Result = unknown> = CommandEvent | SlotEvent | WorkEvent<Result>

/** The name of an event. */
export type LifecycleEventType = LifecycleEvent['type']
