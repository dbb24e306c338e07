/**
 * The JSON of the native protocol, version 1. Types only: docs/protocol.md is what they mean.
 */

/** A JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [member: string]: Json }

/** Runs of chunk indexes, ascending and not touching: `[[0, 3], [5, 1]]` is 0, 1, 2, 5. */
export type WireRuns = ReadonlyArray<readonly [first: number, count: number]>

/** What a whole file's content is called. Two are equal only if all five members are. */
export interface WireIdentity {
  readonly scheme: 'sha-256-composite'
  readonly chunkSizeBytes: number
  readonly size: number
  /** The number of chunks. */
  readonly count: number
  /** Hex SHA-256 of the concatenated raw digests of all chunks. */
  readonly root: string
}

/** The body of `POST {base}`, and what the `Lading-Upload` header carries. */
export interface WireCreate {
  readonly name: string
  readonly type?: string
  readonly size: number
  readonly chunkSizeBytes: number
  readonly metadata?: { readonly [member: string]: Json }
}

/** A published file. */
export interface WireResult {
  readonly id: string
  readonly name: string
  readonly size: number
  readonly type: string
  readonly digest: WireIdentity
  /** An absolute path, or an absolute URL where the server knows its public address. */
  readonly url: string
}

/** What a server has of an upload. */
export interface WireUpload {
  readonly id: string
  readonly status: 'open' | 'completed'
  readonly size: number
  readonly chunkSizeBytes: number
  readonly chunkCount: number
  readonly landed: WireRuns
  /** Hex digests of the landed chunks, in index order; empty once completed. */
  readonly sha256: readonly string[]
  readonly partial: readonly WirePartial[]
  /** Milliseconds since the epoch, or null if it never expires. */
  readonly expiresAt: number | null
  /** Only with `status: 'completed'`. */
  readonly result?: WireResult
}

/** A kept prefix of a chunk that has not landed. */
export interface WirePartial {
  readonly index: number
  readonly bytes: number
}

/** A chunk and the hex SHA-256 of what the server wrote. */
export interface WireChunk {
  readonly index: number
  readonly sha256: string
}

/** The answer to `PATCH {base}/{id}`. */
export interface WireSent {
  readonly chunks: readonly WireChunk[]
  readonly partial: WirePartial | null
  readonly expiresAt: number | null
}

/** The body of `POST {base}/{id}/complete`. */
export interface WireComplete {
  readonly identity?: WireIdentity
}

/** The answer to `POST {base}/{id}/complete`. */
export interface WireCompleted {
  readonly result: WireResult
}

/** The answer to a `POST {base}` that carried the whole file. */
export interface WirePublished {
  readonly id: string
  readonly result: WireResult
}

/** The body of `POST {base}/matches`. */
export interface WireMatches {
  readonly asks: readonly WireMatchAsk[]
}

/** A file that is wanted of content that may be there. */
export interface WireMatchAsk extends WireCreate {
  readonly identity: WireIdentity
}

/** The answer to `POST {base}/matches`: one for each ask, in order. */
export interface WireMatched {
  readonly answers: readonly WireMatchAnswer[]
}

/** A new file, where its content was there; or nothing. */
export type WireMatchAnswer =
  | { readonly match: 'yes'; readonly result: WireResult }
  | { readonly match: 'no' }

/** The answer to `OPTIONS {base}`. */
export interface WireOptions {
  readonly protocol: 'lading'
  readonly version: 1
  readonly limits: WireLimits
}

/** What a server accepts. */
export interface WireLimits {
  readonly maxFileSizeBytes: number
  readonly maxChunkSizeBytes: number
  readonly maxChunkCount: number
  readonly maxMetadataBytes: number
  readonly maxNameBytes: number
  /** Null if uploads never expire. */
  readonly expiresAfterMs: number | null
}

/** Every code a problem can have. */
export type WireProblemCode =
  | 'invalid-request'
  | 'invalid-idempotency-key'
  | 'invalid-digest'
  | 'invalid-offset'
  | 'length-mismatch'
  | 'too-many-chunks'
  | 'invalid-checksum'
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  | 'file-not-found'
  | 'upload-not-found'
  | 'method-not-allowed'
  | 'idle-timeout'
  | 'offset-conflict'
  | 'chunk-conflict'
  | 'superseded'
  | 'incomplete'
  | 'upload-completed'
  | 'upload-expired'
  | 'upload-aborted'
  | 'length-required'
  | 'unsupported-version'
  | 'file-too-large'
  | 'chunk-too-large'
  | 'metadata-too-large'
  | 'body-too-large'
  | 'unsupported-media-type'
  | 'offset-out-of-range'
  | 'range-not-satisfiable'
  | 'idempotency-mismatch'
  | 'digest-mismatch'
  | 'identity-mismatch'
  | 'checksum-mismatch'
  | 'too-many-uploads'
  | 'header-too-large'
  | 'internal'
  | 'unavailable'
  | 'storage-full'

/** An error as RFC 9457 has it; the members after `detail` belong to some codes only. */
export interface WireProblem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: WireProblemCode
  readonly detail?: string
  readonly field?: string
  readonly limit?: number
  readonly index?: number
  readonly sha256?: string
  readonly missing?: WireRuns
  readonly identity?: WireIdentity
  readonly upload?: WireUpload
  readonly result?: WireResult
}
