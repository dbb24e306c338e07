import type { UploadError } from '../errors/upload-error.ts'

/** What an active upload waits for before it goes on by itself. */
export interface Waiting {
  readonly reason: 'offline' | 'backoff' | 'server-busy'
  /** When it goes on, in milliseconds since the epoch; absent where that is not known. */
  readonly untilMs?: number
}

/** Why a paused upload is paused. */
export type PauseReason = 'user' | 'storage-full' | 'needs-file' | 'needs-permission'

/** What going on starts from. */
export interface Checkpoint {
  /** A session is open on the server. */
  readonly hasSession: boolean
  /** A part was in flight when the run ended: the server is asked what landed before anything is sent. */
  readonly ask: boolean
}

/** How far the search for the same content on the server has come. */
export type IdentityProgress = 'off' | 'hashing' | 'asking' | 'proving' | 'miss'

interface Active {
  /** Which stay in an active status this is; control events of older runs are dropped. */
  readonly run: number
  readonly waiting?: Waiting
}

/** Waits for a slot; `held` until it is started, where uploads do not start by themselves. */
export interface Queued {
  readonly status: 'queued'
  readonly held: boolean
  readonly checkpoint?: Checkpoint
}
/** Has won a slot: hooks run, options are resolved, the file is looked at. */
export interface Preparing extends Active {
  readonly status: 'preparing'
  readonly checkpoint?: Checkpoint
}
/** The content is named before anything is asked or sent. */
export interface Hashing extends Active {
  readonly status: 'hashing'
  readonly checkpoint?: Checkpoint
}
/** The server is asked what it has: the whole content, or chunks of this upload. */
export interface Checking extends Active {
  readonly status: 'checking'
}
/** Chunks travel. */
export interface Uploading extends Active {
  readonly status: 'uploading'
  readonly identity: IdentityProgress
}
/** All chunks are in; the server puts the file together. */
export interface Completing extends Active {
  readonly status: 'completing'
}
/** Stopped, keeping what landed. */
export interface Paused {
  readonly status: 'paused'
  readonly reason: PauseReason
  readonly checkpoint: Checkpoint
}
/** Another tab sends this file. */
export interface Following {
  readonly status: 'following'
}
/** The server has the file. */
export interface DoneState<Result> {
  readonly status: 'done'
  readonly how: 'uploaded' | 'instant'
  readonly result: Result
}
/** Given up; `retry` goes on from the checkpoint. */
export interface Failed {
  readonly status: 'failed'
  readonly error: UploadError
  readonly checkpoint: Checkpoint
}
/** Called off for good; the server's partial is dropped. */
export interface Canceled {
  readonly status: 'canceled'
}

/** One upload's lifecycle: each status carries only its own fields. */
export type Lifecycle<Result = unknown> =
  | Queued
  | Preparing
  | Hashing
  | Checking
  | Uploading
  | Completing
  | Paused
  | Following
  | DoneState<Result>
  | Failed
  | Canceled

/** The name of a lifecycle state. */
export type UploadStatus = Lifecycle['status']

/** Every status, in the order of a smooth journey. */
export const uploadStatuses: readonly UploadStatus[] = [
  'queued',
  'preparing',
  'hashing',
  'checking',
  'uploading',
  'completing',
  'paused',
  'following',
  'done',
  'failed',
  'canceled',
]

/** The statuses in which an upload holds a slot. */
export type ActiveStatus = 'preparing' | 'hashing' | 'checking' | 'uploading' | 'completing'

/** A state in which an upload holds a slot. */
export type ActiveState = Preparing | Hashing | Checking | Uploading | Completing

/** Whether a state holds a slot. */
export function isActive(state: Lifecycle): state is ActiveState {
  return 'run' in state
}

/** Whether a state is an end: nothing happens any more without a command. */
export function isSettled(state: Lifecycle): state is DoneState<unknown> | Failed | Canceled {
  return state.status === 'done' || state.status === 'failed' || state.status === 'canceled'
}
