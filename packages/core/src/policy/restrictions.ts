import type { Candidate } from '../api/hooks.ts'
import type { RestrictionOptions } from '../api/options.ts'
import type { RejectionCode, RejectionReason } from '../api/rejection.ts'
import { type AcceptTest, compileAccept } from './accept.ts'

/** Restrictions whose `accept` has been read. */
export interface Restrictions extends RestrictionOptions {
  readonly accepts?: AcceptTest
}

/** What is on the list already, kept by the caller. */
export interface Tally {
  readonly files: number
  readonly bytes: number
  /** Whether an upload with this {@link duplicateKey} is on the list; asked only where duplicates are refused. */
  has(key: string): boolean
}

/** What {@link duplicateKey} is made of. */
export interface DuplicateFacts {
  readonly name: string
  readonly path?: string | undefined
  readonly size: number
  readonly lastModified?: number | undefined
}

/** Restrictions made ready for {@link checkFile}; frozen. */
export function compileRestrictions(restrictions: RestrictionOptions = {}): Restrictions {
  const accepts = compileAccept(restrictions.accept)
  return Object.freeze({ ...restrictions, ...(accepts && { accepts }) })
}

/** What two files must share to be duplicates of each other. */
export function duplicateKey({ name, path, size, lastModified }: DuplicateFacts): string {
  return JSON.stringify([name, path, size, lastModified])
}

/**
 * Every rule the file breaks, but for `validate`; empty where it may come in.
 *
 * Size and modification time are read only where a rule needs them: in Chromium each read of a picked file asks the disk.
 */
export function checkFile(
  candidate: Candidate & { readonly lastModified?: number | undefined },
  restrictions: Restrictions,
  tally: Tally,
): RejectionReason[] {
  const { maxFiles, maxFileSizeBytes, minFileSizeBytes, maxTotalBytes, accepts } = restrictions
  const reasons: RejectionReason[] = []
  const refuse = (code: RejectionCode, limit: number): unknown => reasons.push({ code, limit })
  if (accepts?.(candidate.name, candidate.type) === false) reasons.push({ code: 'not-accepted' })
  if (maxFileSizeBytes !== undefined && candidate.size > maxFileSizeBytes)
    refuse('too-large', maxFileSizeBytes)
  if (minFileSizeBytes !== undefined && candidate.size < minFileSizeBytes)
    refuse('too-small', minFileSizeBytes)
  if (maxFiles !== undefined && tally.files >= maxFiles) refuse('too-many-files', maxFiles)
  if (maxTotalBytes !== undefined && tally.bytes + candidate.size > maxTotalBytes) {
    refuse('total-too-large', maxTotalBytes)
  }
  if (restrictions.allowDuplicates === false && tally.has(duplicateKey(candidate))) {
    reasons.push({ code: 'duplicate' })
  }
  return reasons
}
