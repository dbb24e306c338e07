import type { Access } from './access.ts'
import type { OpenUpload } from './open-upload.ts'
import type { EndReason, FileRecord, OwnedFile, UploadRecord } from './storage.ts'

/** What an id stands for. */
export type Found = { readonly upload: OpenUpload } | { readonly file: FileRecord }

/** How much of an upload is looked at where looking costs: what its chunks are, or only that it is there. */
export type FindScope = 'whole' | 'record'

/** Every open upload of a server, and what is known of those that are not any more. */
export interface UploadRegistry {
  /** Starts the storage; the answer is which files a crash had kept from being announced. */
  start(): Promise<readonly FileRecord[]>
  /** What an id stands for, for a request with this access. @default scope 'whole' */
  find(id: string, access: Access, scope?: FindScope): Promise<Found>
  /** What a key was used for; undefined if it is free. */
  findByKey(owner: string | undefined, key: string): Promise<Found | undefined>
  /** Makes a new upload, unless there are too many. Rejects with `KeyTaken` if another process was faster. */
  create(record: UploadRecord): Promise<OpenUpload>
  /** Makes an upload that ends with its request: as a file, or without a trace. */
  withTransient<T>(record: UploadRecord, work: (upload: OpenUpload) => Promise<T>): Promise<T>
  /** Makes a file of content that its owner has in another one; undefined where there is none. */
  publishCopy(file: OwnedFile): Promise<FileRecord | undefined>
  /** Drops an upload and remembers why; if it was completed first, the file is the answer. */
  end(upload: OpenUpload, reason: EndReason): Promise<FileRecord | undefined>
  /** Frees the key of a file that is gone. */
  freeKey(file: FileRecord): void
  /** Drops what has been abandoned; the answer is how many. Throws after all were tried, if one failed. */
  sweep(): Promise<number>
}
