import type { Candidate } from '../api/hooks.ts'
import type { RestrictionOptions, ValidationVerdict } from '../api/options.ts'
import type { RejectionReason } from '../api/rejection.ts'
import { messageOf } from '../errors/message-of.ts'

/**
 * What the app's own rule says of a file: a reason to refuse it, or nothing.
 *
 * A promise only where `validate` gave one, so that a rule which answers at once costs no turn per file. Never throws.
 */
export function validateFile(
  candidate: Candidate,
  { validate }: RestrictionOptions,
): RejectionReason | undefined | Promise<RejectionReason | undefined> {
  if (!validate) return undefined
  const { file, name, path } = candidate
  try {
    const verdict = validate(file, { name, ...(path !== undefined && { path }) })
    return isThenable(verdict) ? Promise.resolve(verdict).then(reasonOf, reasonOfThrown) : reasonOf(verdict)
  } catch (thrown) {
    return reasonOfThrown(thrown)
  }
}

/** A text becomes a reason, a reason stands as it is. */
function reasonOf(verdict: ValidationVerdict): RejectionReason | undefined {
  if (typeof verdict === 'string') return verdict ? { code: 'invalid', message: verdict } : undefined
  return typeof verdict === 'object' && verdict !== null
    ? { ...verdict, code: verdict.code ?? 'invalid' }
    : undefined
}

function reasonOfThrown(thrown: unknown): RejectionReason {
  return { code: 'invalid', message: messageOf(thrown) }
}

function isThenable<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function'
}
