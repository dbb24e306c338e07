import type { ByteRange } from './byte-range.ts'
import type { SharedUploadStore } from './shared-storage.ts'
import type { Json, WireIdentity } from './wire.ts'

/** What an upload stops for. */
export type EndReason = 'upload-aborted' | 'upload-expired'

/** What was described when an upload was created, and by whom. */
export interface UploadRecord {
  readonly id: string
  readonly name: string
  readonly type: string
  readonly size: number
  readonly chunkSizeBytes: number
  readonly metadata?: { readonly [member: string]: Json }
  readonly owner?: string
  /** The client's Idempotency-Key. */
  readonly key: string
  /** What the key stands for: a digest of everything the client described. */
  readonly fingerprint: string
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  /** Only of an upload that was created by tus. */
  readonly tus?: TusRecord
}

/** What tus has to give back of an upload. */
export interface TusRecord {
  /** `Upload-Metadata` as it came. */
  readonly metadata?: string
}

/** A published file: its upload's record, and what was found out since. */
export interface FileRecord extends UploadRecord {
  readonly digest: WireIdentity
  /** Milliseconds since the epoch. */
  readonly completedAt: number
}

/** A file that is somebody's. */
export interface OwnedFile extends FileRecord {
  readonly owner: string
}

/** A chunk that has landed. */
export interface LandedChunk {
  readonly index: number
  /** Raw. */
  readonly sha256: Buffer
  /** Milliseconds since the epoch. */
  readonly at: number
}

/** An upload that was open when the storage was last used. */
export interface RecoveredUpload {
  readonly record: UploadRecord
  readonly landed: readonly LandedChunk[]
  readonly lastActiveAt: number
  readonly store: UploadStore
}

/** What a storage holds when it starts. */
export interface Recovered {
  readonly uploads: readonly RecoveredUpload[]
  /** Files created since `rememberSince`. */
  readonly recentFiles: readonly FileRecord[]
  /** Those of them whose publication a crash had cut short; it is finished now. */
  readonly publishedNow: readonly FileRecord[]
}

/** Where published files are found. */
export interface FileStorage {
  /** The record of a published file. */
  file(id: string): Promise<FileRecord | undefined>
  /** The bytes of a published file, by the record that `file` gave; let go of when the iteration ends. */
  read(file: FileRecord, range: ByteRange): AsyncIterable<Uint8Array>
  /**
   * Publishes a file whose content is that of another one of the same owner with the same `digest`, durably, without
   * reading its bytes; either can be removed and leaves the other. Undefined where there is none to be found.
   */
  publishCopy(file: OwnedFile): Promise<FileRecord | undefined>
  /** Removes a published file, durably; false if there was none. */
  remove(file: FileRecord): Promise<boolean>
}

/**
 * Where uploads and files are kept, by one server at a time. A promise that resolves means: durable, where its sentence says so.
 * A full storage rejects with an error whose `code` is `ENOSPC` or `EDQUOT`.
 */
export interface Storage extends FileStorage {
  /** Takes the storage for this server alone, and finishes or rolls back what a crash left behind. */
  start(options: { readonly rememberSince: number }): Promise<Recovered>
  /**
   * Makes room for an upload.
   * A `journaled` one is durable and survives a crash with what has landed; a `transient` one is published in
   * one go, or leaves nothing.
   */
  create(record: UploadRecord, kind: 'journaled' | 'transient'): Promise<UploadStore>
  /** Lets go of everything. */
  close(): Promise<void>
}

/** Where one open upload is kept. Calls for different chunks may overlap. */
export interface UploadStore {
  /** Writes at an offset of the file. Not durable before the chunk is landed. */
  write(offset: number, pieces: readonly Uint8Array[]): Promise<void>
  /** Makes a chunk that was written whole durable, and its digest with it. */
  land(chunk: LandedChunk): Promise<void>
  /** Forgets, durably, that a chunk has landed; only after that may it be written again. */
  unland(index: number, at: number): Promise<void>
  /** Makes the upload a file, durably; the answer is the record that counts. If it fails, the upload is what it was. */
  publish(file: FileRecord): Promise<FileRecord>
  /** Drops everything, durably. */
  discard(): Promise<void>
  /** What there is besides where other processes may be at work on the same upload. */
  readonly shared?: SharedUploadStore
}
