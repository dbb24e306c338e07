import type { EndReason, FileRecord, UploadRecord } from '../storage.ts'
import type { PartReceipt } from './s3-bucket.ts'

/** An open upload, as `record.json` has it; an `uploadId` means that its chunks are the parts of one object. */
export interface S3Record {
  readonly record: UploadRecord
  readonly uploadId?: string
}

/** Where the bytes of a file are: in one object, or in one for each chunk. */
export type S3Content =
  | { readonly kind: 'object' }
  | { readonly kind: 'segments'; readonly names: readonly string[] }

/** A published file, as the bucket has it. */
export interface S3File extends FileRecord {
  readonly content: S3Content
}

/** An entry of the log of a chunk. */
export type ChunkEntry =
  | { readonly do: 'land'; readonly sha256: string; readonly at: number; readonly etag?: string }
  | { readonly do: 'unland'; readonly at: number }

/**
 * An entry of the log of what becomes of an upload. Once it is sealed it is completed, by whoever comes along, unless
 * the parts turn out not to be what was acknowledged: then it is open again.
 */
export type FateEntry =
  | { readonly do: 'seal'; readonly file: S3File; readonly parts?: readonly PartReceipt[] }
  | { readonly do: 'unseal' }
  | { readonly do: 'end'; readonly reason: EndReason; readonly at: number; readonly owner?: string }

/** An entry of the log of an Idempotency-Key. A file that came in one request is published by being in it. */
export type KeyEntry =
  | { readonly do: 'use'; readonly id: string; readonly file?: S3File }
  | { readonly do: 'free' }

/** Whether a record of a file is one of ours. */
export function isS3File(file: FileRecord): file is S3File {
  return 'content' in file
}
