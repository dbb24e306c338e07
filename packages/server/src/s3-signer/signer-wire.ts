/**
 * The JSON between `s3({ endpoint })` of @lading/protocols and `createS3Signer`. Types only. Every request is a POST
 * below the base path, every refusal a problem (RFC 9457) with one of {@link WireSignerCode}.
 */

/** What a client says of a file. */
export interface WireS3File {
  /** The client's own id of the upload: 16 to 128 characters of A-Z a-z 0-9 - . _ ~ */
  readonly uploadId: string
  readonly name: string
  readonly type: string
  readonly size: number
  readonly path?: string
  readonly metadata?: { readonly [member: string]: unknown }
  /** How the file is cut. One part is one PUT, several are a multipart upload. */
  readonly chunkSizeBytes: number
  readonly count: number
}

/** `POST {base}`; `sha256` (hex) only where the file is one part, and asks for its signature along with it. */
export interface WireS3Create {
  readonly file: WireS3File
  readonly sha256?: string
  /** The bucket has refused a signature for this file: what is there already is answered as `stored`. */
  readonly again?: boolean
}

/** A request that may be made, headers and all. */
export interface WireSigned {
  readonly method: string
  readonly url: string
  readonly headers: { readonly [name: string]: string }
  readonly expiresInSeconds: number
}

/** The answer to {@link WireS3Create}. */
export interface WireS3Created {
  readonly key: string
  /** The Content-Type the object will have. */
  readonly type: string
  /** Where the object will be, without a signature. */
  readonly url: string
  /** What gives access to this upload and to no other: a secret. */
  readonly token: string
  /** Milliseconds since the epoch: until when the token is taken. */
  readonly expiresAt: number
  /** Only where the file is one part that is still to be sent. */
  readonly signed?: WireSigned
  /** Only where the file is one part and in the bucket already: an empty one, or one whose answer was lost. */
  readonly stored?: { readonly etag: string }
  /** Whether the signer wants to hear that a file of one part is there. */
  readonly confirm: boolean
}

/** `POST {base}/sign`: as many as 100 parts at once. */
export interface WireS3Sign {
  readonly token: string
  readonly parts: readonly WireS3Part[]
}

/** A part that a client is about to send. */
export interface WireS3Part {
  /** From 1. */
  readonly number: number
  readonly size: number
  /** Hex. */
  readonly sha256?: string
}

/** The answer to {@link WireS3Sign}, in the order asked. */
export interface WireS3Signed {
  readonly signed: readonly WireSigned[]
}

/** `POST {base}/parts`. */
export interface WireS3List {
  readonly token: string
}

/** What the bucket has of one part: number, size, ETag, and a hex SHA-256 where the store keeps it. */
export type WireListedPart = readonly [number: number, size: number, etag: string, sha256?: string]

/** The answer to {@link WireS3List}: all parts, or the result where the upload is complete. */
export type WireS3Listed = { readonly parts: readonly WireListedPart[] } | WireS3Completed

/** `POST {base}/complete`, repeatable. */
export interface WireS3Complete {
  readonly token: string
  /** The ETags the client was given, in order; checked against what the bucket has. */
  readonly etags?: readonly string[]
  /** Hex SHA-256 of the concatenated digests of all parts; checked where the store keeps digests. */
  readonly root?: string
}

/** The answer to {@link WireS3Complete}. */
export interface WireS3Completed {
  readonly result: WireS3Result
}

/** `POST {base}/abort`: 204, also where there is nothing. `file` where a file of one part was never given a token. */
export type WireS3Abort = { readonly token: string } | { readonly file: WireS3File }

/** A finished object. */
export interface WireS3Result {
  readonly key: string
  readonly url: string
  /** Without quotes. */
  readonly etag: string
  readonly size: number
  readonly type: string
  readonly versionId?: string
}

/** Why a signer refuses. */
export type WireSignerCode =
  | 'invalid-request'
  | 'forbidden'
  | 'not-found'
  | 'method-not-allowed'
  | 'body-too-large'
  | 'unsupported-media-type'
  | 'file-too-large'
  | 'type-not-allowed'
  | 'invalid-plan'
  | 'part-mismatch'
  | 'checksum-required'
  | 'token-invalid'
  | 'token-expired'
  | 'upload-not-found'
  | 'already-stored'
  | 'incomplete'
  | 'identity-mismatch'
  | 'part-too-small'
  | 'bucket-not-found'
  | 'store-refused'
  | 'clock-skewed'
  | 'store-busy'
  | 'internal'
