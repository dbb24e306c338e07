import type { Metadata, Part } from '../ports/protocol.ts'
import type { RejectionReason } from './rejection.ts'
import type { Upload } from './upload.ts'

/** A file about to be added. */
export interface Candidate {
  readonly file: Blob
  readonly name: string
  readonly size: number
  readonly type: string
  readonly path?: string
}

/** A reply as `acceptResponse` sees it. */
export interface JudgedReply {
  readonly status: number
  header(name: string): string | null
  readonly text: string
}

/**
 * Hooks take part in an upload. Each may be async and may be added at any time, several of one kind run in the order
 * they were added. One that throws fails that upload with `hook-failed` and stops nothing else.
 */
export interface Hooks<Result = unknown, Meta extends Metadata = Metadata> {
  /** Before a file gets on the list: `false`, a reason or its text refuses it. One that throws refuses it as `vetoed`. */
  beforeAdd?(candidate: Candidate): HookVerdict | Promise<HookVerdict>
  /** Before the first byte: may answer that the server has the file already. */
  beforeFile?(
    upload: Upload<Result, Meta>,
  ): { readonly done: Result } | undefined | void | Promise<{ readonly done: Result } | undefined | void>
  /** Before each part: may skip it (the server has it), or add headers and fields to its request. */
  beforeChunk?(
    upload: Upload<Result, Meta>,
    part: Part,
  ): ChunkVerdict | undefined | void | Promise<ChunkVerdict | undefined | void>
  /** Judges each reply with a good status: `false` or a text makes it a failure (`response-refused`). */
  acceptResponse?(
    reply: JudgedReply,
    upload: Upload<Result, Meta>,
  ): boolean | string | undefined | void | Promise<boolean | string | undefined | void>
  /** After all chunks are in and the protocol is through: may run the merge; a value given back becomes the result. */
  afterFile?(
    upload: Upload<Result, Meta>,
    result: Result | undefined,
  ): Result | undefined | void | Promise<Result | undefined | void>
}

/** What `beforeAdd` says. */
export type HookVerdict = boolean | string | RejectionReason | undefined | void

/** What `beforeChunk` says. Headers and fields do not reach a server that must not see the app's credentials. */
export interface ChunkVerdict {
  readonly skip?: boolean
  readonly headers?: Readonly<Record<string, string>>
  /** Put before the file in a form, into the query string of any other body. */
  readonly fields?: Readonly<Record<string, string>>
}
