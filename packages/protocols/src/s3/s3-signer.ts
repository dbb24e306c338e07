import type { ContentId, Json, Metadata, ProtocolContext, RequestContext } from '@lading/core/engine'
import type { SignedRequest } from '../presigned-put/put-signed.ts'

/** A part about to be sent. */
export interface PartToSign {
  /** From 1. */
  readonly number: number
  readonly size: number
  /** Hex SHA-256 of the part; absent with `checksum: false`, or where the app's `integrity` is off. */
  readonly sha256?: string
  /** The store has just refused another signature: it had expired, or the part is there since an answer was lost. */
  readonly again?: boolean
}

/** A signed part. */
export interface SignedPart<Session extends Json = Json> extends SignedRequest {
  /** Replaces the session. */
  readonly session?: Session
}

/** A part that need not be sent: the bucket has it. */
export interface PartInPlace<Session extends Json = Json> {
  /** Without quotes. */
  readonly etag: string
  /** Replaces the session. */
  readonly session?: Session
}

/** A part the bucket has. */
export interface StoredPart {
  /** From 1. */
  readonly number: number
  readonly size: number
  readonly etag: string
  /** Hex, where the store keeps it. */
  readonly sha256?: string
}

/** What is handed over to complete an upload. */
export interface PartsToComplete {
  /** In order; `undefined` where CORS hides the ETag of a file that is one PUT. */
  readonly etags: readonly (string | undefined)[]
  /** The name of the content, where the app's `identity` is on. */
  readonly identity?: ContentId
}

/**
 * What a backend of your own does for uploads to a bucket. Where `ctx.plan.count` is 1 the file is one PUT, else a
 * multipart upload with parts of `ctx.plan.chunkSizeBytes`.
 *
 * `ctx.request` makes requests as the app does. An `UploadError` with a status of 404 or the server code
 * `NoSuchUpload`, from all but `begin` and `abort`, starts the file afresh; so does 410. Anything else that is thrown
 * and is no `UploadError` fails the upload with `option-failed`.
 *
 * @example
 * const signer: S3Signer<{ id: string }, { url: string }> = {
 *   begin: async (ctx) => ask(ctx, '/begin', { name: ctx.file.name, parts: ctx.plan.count }),
 *   sign: async (ctx, { id }, part) => ask(ctx, `/${id}/sign`, { ...part }),
 *   list: async (ctx, { id }) => ask(ctx, `/${id}/list`, {}),
 *   complete: async (ctx, { id }, { etags }) => ask(ctx, `/${id}/complete`, { etags: [...etags] }),
 *   abort: async (ctx, { id }) => ask(ctx, `/${id}/abort`, {}),
 * }
 * async function ask<T>(ctx: RequestContext, path: string, value: Json): Promise<T> {
 *   const reply = await ctx.request({ method: 'POST', url: `/api/uploads${path}`, body: { kind: 'json', value } })
 *   return reply.json() as T
 * }
 */
export interface S3Signer<Session extends Json = Json, Result = unknown, Meta extends Metadata = Metadata> {
  /** Begins an upload. The session is kept across reloads: no signed URLs in it, they are passwords. */
  begin(ctx: ProtocolContext<Meta>): Promise<Session>
  /** Signs one part, just before it is sent; asked again where it expired, or another attempt is made. */
  sign(
    ctx: ProtocolContext<Meta>,
    session: Session,
    part: PartToSign,
  ): Promise<SignedPart<Session> | PartInPlace<Session>>
  /** All parts the bucket has, not only the first page of them; or the result, where all is done. */
  list?(
    ctx: ProtocolContext<Meta>,
    session: Session,
  ): Promise<{ readonly parts: readonly StoredPart[] } | { readonly result: Result }>
  /** Puts the parts together. Must be repeatable. A status of 409 makes the parts be listed again. */
  complete(ctx: ProtocolContext<Meta>, session: Session, parts: PartsToComplete): Promise<Result>
  /** Drops an unfinished upload. */
  abort?(ctx: RequestContext, session: Session): Promise<void>
}
