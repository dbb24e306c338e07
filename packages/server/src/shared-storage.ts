import type { Clock, ErrorReporter, Random } from './ports.ts'
import type { EndReason, FileRecord, FileStorage, LandedChunk, UploadRecord, UploadStore } from './storage.ts'
import type { FindScope } from './upload-registry.ts'
import type { WirePartial } from './wire.ts'

/** What of an upload has landed, as far as it was asked about. */
export interface UploadLook {
  readonly landed: readonly LandedChunk[]
  readonly partials: readonly WirePartial[]
  /** Milliseconds since the epoch; undefined where not all was looked at. */
  readonly lastActiveAt: number | undefined
}

/** What an upload has come to. */
export type UploadFate =
  | { readonly file: FileRecord }
  | { readonly ended: EndReason; readonly owner: string | undefined }

/** What an id stands for in a shared storage. */
export type SharedFound =
  | { readonly record: UploadRecord; readonly store: UploadStore; readonly look: UploadLook }
  | UploadFate

/** Which chunks are asked about, and of which of them the prefix that an earlier request has brought. */
export type LookScope =
  | 'all'
  | { readonly indexes: readonly number[]; readonly partialOf?: number | undefined }

/** What the store of an open upload has besides where several processes share it. */
export interface SharedUploadStore {
  /** What these chunks are now, whoever has brought them; or what has become of the upload. */
  look(scope: LookScope): Promise<UploadLook | UploadFate>
  /** The digest of a chunk of which all is there, some of it from earlier requests. */
  digest(index: number): Promise<Buffer>
  /** The request is over: so many bytes of a chunk that has not landed are kept for whoever goes on, wherever. */
  keep(index: number, bytes: number): Promise<void>
  /** Decides, once and for all processes, that it ends; if it was completed first the file is the answer. */
  end(reason: EndReason): Promise<FileRecord | undefined>
}

/** What a shared storage is told when a server starts with it. */
export interface SharedSurroundings {
  readonly clock: Clock
  readonly random: Random
  readonly onError: ErrorReporter
  /** Told by the one process that has made a file, when it is durable. */
  readonly onPublished: (file: FileRecord) => Promise<void>
}

/** What a sweep goes by. */
export interface SweepRules {
  readonly expiresAfterMs: number | null
  /** How long the key of a file is remembered, counted from its creation. */
  readonly keyLifeMs: number
  /** Whether this process is at work on it. */
  readonly isBusy: (id: string) => boolean
}

/**
 * Where uploads and files are kept by any number of servers at once. Nothing is remembered in a process: everything is
 * asked for when a request needs it, and what several could decide is decided by one atomic write.
 */
export interface SharedStorage extends FileStorage {
  readonly isShared: true
  /** Makes sure that it can be used. Rejects with what is to be fixed. */
  start(around: SharedSurroundings): Promise<void>
  /**
   * What an id stands for; undefined if for nothing that is remembered.
   * By its record alone an upload may look open that is not any more: `look` tells.
   */
  find(id: string, scope: FindScope): Promise<SharedFound | undefined>
  /** What a key stands for; undefined if it is free. */
  findByKey(owner: string | undefined, key: string): Promise<SharedFound | undefined>
  /** Makes room for an upload, as `Storage.create`. Rejects with `KeyTaken` if the key stands for something by now. */
  create(record: UploadRecord, kind: 'journaled' | 'transient'): Promise<UploadStore>
  /** How many uploads are open, in all or of one owner; counted no further than `most`. */
  countOpen(of: { readonly owner?: string }, most: number): Promise<number>
  /** Drops what has been abandoned; the answer is how many uploads have expired. */
  sweep(rules: SweepRules): Promise<number>
  close(): Promise<void>
}

/** A key was free a moment ago and stands for something now. */
export class KeyTaken extends Error {
  override readonly name = 'KeyTaken'
}

/** The storage cannot be reached or used right now; `detail` may be told to clients, the message may not. */
export class StorageUnavailable extends Error {
  override readonly name = 'StorageUnavailable'
  readonly detail: string | undefined

  constructor(message: string, options: { readonly cause?: unknown; readonly detail?: string } = {}) {
    super(message, { cause: options.cause })
    this.detail = options.detail
  }
}
