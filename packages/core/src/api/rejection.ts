/** Why a file was not taken: a closed list. */
export type RejectionCode =
  | 'not-accepted'
  | 'too-large'
  | 'too-small'
  | 'too-many-files'
  | 'total-too-large'
  | 'duplicate'
  | 'invalid'
  | 'vetoed'
  | 'folder'
  | 'unreadable'

/** One reason; `limit` is the number that was exceeded, `message` what a validator or a hook said. */
export interface RejectionReason {
  readonly code: RejectionCode
  readonly limit?: number
  readonly message?: string
}

/** A file that was not taken, with every reason. */
export interface Rejection {
  /** The file as given; absent where there was none (a folder, an unreadable entry). */
  readonly file?: Blob
  readonly name: string
  readonly path?: string
  readonly reasons: readonly RejectionReason[]
}
