import type { RestrictionOptions } from '../api/options.ts'
import type { RejectionReason } from '../api/rejection.ts'
import type { Captured } from './file-source.ts'

/** What is on the list already. */
export interface Tally {
  readonly files: number
  readonly bytes: number
  /** Whether an upload with this duplicate key is on the list; asked only where duplicates are refused. */
  has(key: string): boolean
}

/** Keeps wrong options and unwanted files out. An engine without one trusts both. */
export interface Guard {
  /** Throws a TypeError that names the first wrong or unknown option. */
  checkOptions(options: unknown): void
  /** Restrictions made ready, once, for the questions below. */
  compile(restrictions: RestrictionOptions): RestrictionOptions
  /** Every rule the file breaks, but for the app's own. */
  refuse(file: Captured, restrictions: RestrictionOptions, tally: Tally): readonly RejectionReason[]
  /** What the app's own rule says; a promise only where that gave one. Never throws. */
  ask(
    file: Captured,
    restrictions: RestrictionOptions,
  ): RejectionReason | undefined | Promise<RejectionReason | undefined>
}
