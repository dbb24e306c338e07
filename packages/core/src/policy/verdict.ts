import type { Candidate, HookVerdict } from '../api/hooks.ts'
import type { RestrictionOptions, ValidationVerdict } from '../api/options.ts'
import type { RejectionCode, RejectionReason } from '../api/rejection.ts'

/** The reason a `validate` or a `beforeAdd` gave: a text goes under `code`, a reason stands as it is. */
export function reasonOf(verdict: HookVerdict | null, code: RejectionCode): RejectionReason | undefined {
  if (typeof verdict === 'string') return verdict ? { code, message: verdict } : undefined
  return typeof verdict === 'object' && verdict !== null
    ? { ...verdict, code: verdict.code ?? code }
    : undefined
}

/** The reason a `validate` or a `beforeAdd` that threw stands for. */
export function reasonOfThrown(thrown: unknown, code: RejectionCode): RejectionReason {
  return { code, message: thrown instanceof Error ? thrown.message : String(thrown) }
}

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
  const judge = (verdict: ValidationVerdict): RejectionReason | undefined => reasonOf(verdict, 'invalid')
  const refuse = (thrown: unknown): RejectionReason => reasonOfThrown(thrown, 'invalid')
  try {
    const verdict = validate(file, { name, ...(path !== undefined && { path }) })
    return isThenable(verdict) ? Promise.resolve(verdict).then(judge, refuse) : judge(verdict)
  } catch (thrown) {
    return refuse(thrown)
  }
}

function isThenable<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function'
}
