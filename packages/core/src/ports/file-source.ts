import type { Candidate } from '../api/hooks.ts'
import type { Rejection } from '../api/rejection.ts'
import type { AddInput } from '../api/uploader.ts'

/** A file on its way in, with its modification time where it has one. */
export interface Captured extends Candidate {
  readonly lastModified?: number | undefined
}

/** What one `add` brings, for one reader: first all of `ready`, then `rest`. */
export interface Intake {
  /** The files that are in hand. Nothing is read before its turn, so a slice of any length may be taken. */
  readonly ready: Iterable<Captured>
  /** What has to be opened first: folders, entries, handles, asynchronous lists. */
  readonly rest: AsyncIterable<Captured | Rejection>
}

/**
 * Takes everything out of what was given to `add`, at once: a drop's items are empty when its event is over.
 *
 * Throws a TypeError for what is no file.
 */
export type FileSource = (input: AddInput) => Intake
