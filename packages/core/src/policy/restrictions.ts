import type { Candidate } from '../api/hooks.ts'
import type { RestrictionOptions } from '../api/options.ts'
import type { RejectionCode, RejectionReason } from '../api/rejection.ts'
import type { Tally } from '../ports/guard.ts'
import { type AcceptTest, compileAccept } from './accept.ts'
import { duplicateKey } from './duplicate-key.ts'

/** Restrictions whose `accept` has been read. */
export interface Restrictions extends RestrictionOptions {
  readonly accepts?: AcceptTest
}

/** Restrictions made ready for {@link checkFile}; frozen. */
export function compileRestrictions(restrictions: RestrictionOptions = {}): Restrictions {
  const accepts = compileAccept(restrictions.accept)
  return Object.freeze({ ...restrictions, ...(accepts && { accepts }) })
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
