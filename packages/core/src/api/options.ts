import type { Json } from '../ports/json.ts'
import type { ContentId, Metadata, Protocol } from '../ports/protocol.ts'
import type { RejectionReason } from './rejection.ts'
import type { Upload } from './upload.ts'

/** A value, or a function that makes it for one upload; one that throws fails that upload with `option-failed`. */
export type PerUpload<T, Result = unknown, Meta extends Metadata = Metadata> =
  | T
  | ((upload: Upload<Result, Meta>) => T | Promise<T>)

/** How many things happen at once. */
export interface ConcurrencyOptions {
  /** Requests under way, over all files, parts and questions together. @default 4 */
  readonly requests?: number
  /** Files in an active status. @default 3 */
  readonly files?: number
}

/** How a failed request is tried again: full jitter between 0 and `baseDelayMs` doubled each time. */
export interface RetryOptions {
  /**
   * How many failures in a row, without a byte landing, end the upload; 0 never tries again. Three times as many where no
   * answer came at all and a session is open: the server may be starting again. Being offline does not count. @default 10
   */
  readonly attempts?: number
  /** @default 500 */
  readonly baseDelayMs?: number
  /** A longer `Retry-After` still counts. @default 30_000 */
  readonly maxDelayMs?: number
}

/** Which files are taken. Each rule that is not given lets everything through. */
export interface RestrictionOptions {
  /** As in `<input accept>`: extensions (`.png`), MIME types (`image/png`) and wildcards (`image/*`); comma-separated or a list. */
  readonly accept?: string | readonly string[]
  /** Uploads on the list, ended ones included, removed and canceled ones not. */
  readonly maxFiles?: number
  readonly maxFileSizeBytes?: number
  readonly minFileSizeBytes?: number
  /** Of all uploads on the list together, counted as for `maxFiles`. */
  readonly maxTotalBytes?: number
  /** Whether a file of the same name, path, size and modification time may come twice. @default true */
  readonly allowDuplicates?: boolean
  /** Your own rule: a reason (or its text) to refuse the file, or nothing. One that throws rejects as `invalid`. */
  readonly validate?: (
    file: Blob,
    facts: { readonly name: string; readonly path?: string },
  ) => ValidationVerdict | Promise<ValidationVerdict>
}

/** What `validate` says. */
export type ValidationVerdict = string | RejectionReason | undefined | null | false

/** The options that can be changed while the uploader works; a change holds for what begins after it. */
export interface ChangeableOptions<Result = unknown, Meta extends Metadata = Metadata> {
  /** Headers for every request that carries the app's credentials. */
  readonly headers?: PerUpload<Readonly<Record<string, string>>, Result, Meta>
  /** Sent along with each file; merged under the metadata given to `add`. */
  readonly metadata?: PerUpload<Meta, Result, Meta>
  /** Whether added files start by themselves. @default true */
  readonly autoStart?: boolean
  readonly concurrency?: ConcurrencyOptions
  /** The wanted size; the protocol decides. @default the protocol's own */
  readonly chunkSizeBytes?: number
  /** Whether chunks are hashed here and compared with what the server wrote, where it can. @default 'sha-256' */
  readonly integrity?: 'sha-256' | false
  /**
   * Whether to ask for the content before sending: `'first'` hashes and asks, then sends.
   * @default false
   */
  readonly instant?: 'first' | false
  /** Whether the whole content gets a name both sides compare at the end. @default 'sha-256-composite' */
  readonly identity?: 'sha-256-composite' | false
  /** Whether a paused or failed upload goes on where it was (`'memory'`, while the page lives) or afresh. @default 'memory' */
  readonly resume?: 'memory' | false
  readonly retry?: RetryOptions
  readonly restrictions?: RestrictionOptions
  /** A request on which no byte moves for this long is called off and tried again. @default 30_000 */
  readonly stallTimeoutMs?: number
}

/** The options of `createEngine`: everything but what the ports bring. */
export interface EngineOptions<
  Session extends Json = Json,
  Result = unknown,
  Meta extends Metadata = Metadata,
> extends ChangeableOptions<Result, Meta> {
  /** Fixed at creation. */
  readonly protocol: Protocol<Session, Result, Meta>
}

/** What the native server answers for a finished upload. */
export interface NativeResult {
  readonly id: string
  readonly name: string
  readonly size: number
  readonly type: string
  readonly digest: ContentId
  /** Where the content can be fetched: absolute, or from the origin's root. */
  readonly url: string
}
