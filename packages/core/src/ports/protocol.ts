import type { Json } from './json.ts'
import type { Body, Credentials } from './transport.ts'

/** Free-form facts an app sends along with a file. */
export type Metadata = { readonly [key: string]: Json | undefined }

/** What a protocol may know of a file. */
export interface FileFacts<Meta extends Metadata = Metadata> {
  /** The upload's own id: random, 32 url-safe characters, stable over pauses and retries; fit for an idempotency key. */
  readonly uploadId: string
  readonly name: string
  readonly size: number
  /** The MIME type the browser claims, or an empty string. */
  readonly type: string
  /** The path inside a picked or dropped folder, `/` between names; absent for a plain file. */
  readonly path?: string
  readonly lastModifiedMs?: number
  readonly metadata: Meta
}

/**
 * How a file is cut: `count` chunks of `chunkSizeBytes`, the last one carrying the rest (in some dialects up to twice
 * the size). An empty file is one empty chunk.
 */
export interface Plan {
  readonly size: number
  readonly chunkSizeBytes: number
  readonly count: number
}

/** What one request carries: `count` whole chunks from `first`, or a run inside one chunk. */
export interface Part {
  readonly first: number
  readonly count: number
  /** Absolute byte range in the file, `[offset, offset + size)`. */
  readonly offset: number
  readonly size: number
  /** The slice of the file itself; send it as it is, copying it halves the speed. */
  readonly blob: Blob
  /** Hex digest of the part's bytes, by the algorithm of `chunkDigest`, where it is one whole chunk and known already. */
  readonly digest?: string
  /** The hex digest the server acknowledged for this chunk and we found wrong: it may be overwritten. */
  readonly replaces?: string
}

/** The name of content: compared whole; `root` is the hex SHA-256 of the concatenated chunk digests. */
export interface ContentId {
  readonly scheme: 'sha-256-composite'
  readonly chunkSizeBytes: number
  readonly size: number
  readonly count: number
  readonly root: string
}

/** What a whole file is called under some scheme: our composite, or a plain hex digest such as an MD5. */
export type Identity = ContentId | { readonly scheme: string; readonly hex: string }

/** What the server says of the size of one request. Parts are cut by the engine, chunks by the plan. */
export interface PartLimits {
  readonly maxBytes?: number
  /** Smaller parts are refused, but for the last. */
  readonly minBytes?: number
  /** Every part but the last ends on a multiple of this, counted from the start of the file. @default 1 */
  readonly multipleOfBytes?: number
}

/** What the server says it has, as of when it was asked. Ranges are absolute, half open; whatever is not named is not there. */
export interface Landed {
  readonly ranges: readonly (readonly [start: number, end: number])[]
  /** Hex digests by chunk index, by the algorithm of `chunkDigest`, for chunks the server verified. */
  readonly digests?: Readonly<Record<number, string>>
  /** Receipts by chunk index. */
  readonly receipts?: Readonly<Record<number, Json>>
  readonly partLimits?: PartLimits
  readonly expiresAtMs?: number
}

/** The session is of no use any more; the engine starts a fresh one and says why. */
export interface Lost {
  readonly lost: 'gone' | 'expired' | 'reset' | 'plan-changed'
}

/** The journey is over: the server has the content. */
export interface Done<Result> {
  readonly done: { readonly how: 'uploaded' | 'instant'; readonly result: Result }
}

/** An opened session, with what has landed already where it was opened before. */
export interface Opened<Session> {
  readonly session: Session
  readonly landed?: Landed
  /** The server may hold chunks of another time under this name: ask before sending. @default false */
  readonly ask?: boolean
  readonly partLimits?: PartLimits
  readonly expiresAtMs?: number
}

/** The acknowledgement of one part. */
export interface Sent<Session, Result> {
  /** The absolute offset up to which this part's bytes are on the server: less than its end where it took fewer. */
  readonly through: number
  /** Hex digests by chunk index, by the algorithm of `chunkDigest`, of what the server wrote. */
  readonly digests?: Readonly<Record<number, string>>
  /** Kept for this part's first chunk and handed to `complete` (an ETag, a block id). */
  readonly receipt?: Json
  /** Replaces the session where it moved on; a function where parts in flight may each change something of it. */
  readonly session?: Session | ((current: Session) => Session)
  /** The result, where `resultFrom` is `'send'` and this was the last part: present, even if `undefined`. */
  readonly result?: Result
}

/**
 * The server's count of what landed differs from ours: the engine asks and takes the answer, also where it is less.
 * Where the protocol cannot answer, a fresh session begins.
 */
export interface Recount {
  readonly recount: true
}

/** What `complete` is given to prove that both sides mean the same file. */
export interface Completion {
  /** Receipts in chunk order; `undefined` where none was given. */
  readonly receipts: readonly (Json | undefined)[]
  readonly identity?: Identity
}

/** How this protocol treats one file. */
export interface ProtocolTraits {
  /** Cuts the file; `wantedBytes` is the app's `chunkSizeBytes`. Throws `UploadError` `unsupported` where it cannot. */
  plan(size: number, wantedBytes?: number): Plan
  /** Chunks of one lane go one after another, in order: `() => 0` is sequential. @default every chunk its own lane */
  lane?(chunk: number, plan: Plan): number
  /** Whether sending can go on inside a chunk after a break. */
  readonly grain: 'chunk' | 'byte'
  /** What the server can say of landed chunks. */
  readonly knows: 'list' | 'per-chunk' | 'nothing'
  /** What the file's content is called here, and when that must be known. */
  readonly identity?: { readonly scheme: string; readonly due: 'open' | 'any-time' }
  /**
   * Whether the server verifies chunks: `'before'` wants the digest with the part, `'after'` acknowledges with the
   * digest of what it wrote, and the engine compares.
   */
  readonly chunkDigest?: { readonly algorithm: string; readonly due: 'before' | 'after' }
  /**
   * Where the result comes from. With `'send'` the plan's last chunk goes after all others have landed, and its answer
   * is the result; where nothing is left to send, `complete` is called if there is one, else the last chunk is sent again.
   */
  readonly resultFrom: 'complete' | 'send'
  /** How many whole chunks one request may carry. @default 1 */
  readonly chunksPerPart?: number
}

/** A request as a protocol describes it. */
export interface RequestDescription {
  readonly method: string
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  readonly body?: Body
  /** @default 'app' */
  readonly credentials?: Credentials
  /** Which answers come back; others throw the error their status stands for. @default 200 to 299 */
  readonly accept?: (status: number, reply: Reply) => boolean
  /** How long the answer may take once nothing moves any more (a merge). @default the app's `stallTimeoutMs` */
  readonly answerWithinMs?: number
}

/** An accepted answer. */
export interface Reply {
  readonly status: number
  /** The absolute URL that answered: what a relative `Location` is resolved against. */
  readonly url: string
  header(name: string): string | null
  readonly text: string
  /** The body as JSON. Throws `UploadError` `bad-response`. */
  json(): unknown
}

/** What a protocol is lent for one call. Hooks, headers, the budget and retries are applied around `request`. */
export interface RequestContext {
  readonly signal: AbortSignal
  request(description: RequestDescription): Promise<Reply>
  /** Milliseconds since the epoch, from the clock port. */
  now(): number
}

/** What a protocol is lent for a call about one file that is being sent. */
export interface ProtocolContext<Meta extends Metadata = Metadata> extends RequestContext {
  readonly file: FileFacts<Meta>
  readonly plan: Plan
}

/** One question of "do you have this content?". */
export interface MatchAsk {
  readonly file: FileFacts
  readonly identity: Identity
}

/** The answer to a {@link MatchAsk}. */
export type MatchAnswer<Result> =
  | { readonly match: 'no' | 'maybe' }
  | { readonly match: 'yes'; readonly result: Result }

/**
 * What is said to a server. Stateless: whatever must survive lives in the session, which is plain JSON.
 *
 * Every method may throw an `UploadError`; retryable ones are tried again by the engine. A body that says no under a
 * good status is `request-refused`; one that makes no sense is `bad-response`. With `grain: 'chunk'`, a landed range
 * that ends inside a chunk means that the chunk is not there.
 */
export interface Protocol<Session extends Json = Json, Result = unknown, Meta extends Metadata = Metadata> {
  /** Stored in resume records together with `version`. */
  readonly name: string
  readonly version: number
  traits(file: FileFacts<Meta>): ProtocolTraits
  /** Begins a session. Making no request is fine where the server needs none. */
  open(
    ctx: ProtocolContext<Meta>,
    given: { readonly identity?: Identity },
  ): Promise<Opened<Session> | Done<Result>>
  /** Sends one part. Hooks and progress belong to the request whose body carries `part.blob`. */
  send(
    ctx: ProtocolContext<Meta>,
    session: Session,
    part: Part,
  ): Promise<Sent<Session, Result> | Lost | Recount>
  /** What the server has: wanted where `knows` is `'list'`. */
  landed?(ctx: ProtocolContext<Meta>, session: Session): Promise<Landed | Lost | Done<Result>>
  /** Whether the server has one chunk: wanted where `knows` is `'per-chunk'`. */
  holds?(ctx: ProtocolContext<Meta>, session: Session, part: Part): Promise<boolean | Lost>
  /** Asks whether the server has the content. One answer for each ask, in order. */
  match?(ctx: RequestContext, asks: readonly MatchAsk[]): Promise<readonly MatchAnswer<Result>[]>
  /** Says that all parts are in. Wanted where `resultFrom` is `'complete'`. Must be repeatable. */
  complete?(
    ctx: ProtocolContext<Meta>,
    session: Session,
    completion: Completion,
  ): Promise<{ readonly result: Result } | Lost | Recount>
  /** Lets the server drop what it has of an unfinished upload. */
  abort?(ctx: RequestContext, session: Session): Promise<void>
  /** Deletes a finished upload on the server. */
  remove?(ctx: RequestContext, result: Result): Promise<void>
}
