import type { RetryOptions } from '../api/options.ts'
import type { UploadError } from '../errors/upload-error.ts'

/** The longest a timer can wait; a longer one would fire at once. */
export const longestDelayMs: number = 2 ** 31 - 1

/** One failure, and what decides whether the request is tried again. */
export interface Failure {
  /** How many times in a row it has failed now, from 1. */
  readonly attempt: number
  readonly error: Pick<UploadError, 'retryable' | 'retryAfterMs'>
  readonly retry: Required<RetryOptions>
  /** A number in [0, 1). */
  readonly random: () => number
}

/**
 * How long to wait before the next attempt, or `undefined` where there is none.
 *
 * Full jitter under a doubling ceiling; `Retry-After` (RFC 9110, 10.2.3) is a floor the jitter comes on top of, so that
 * clients sent away together do not come back together.
 */
export function retryDelayMs({ attempt, error, retry, random }: Failure): number | undefined {
  if (!error.retryable || attempt >= retry.attempts) return undefined
  const ceiling = Math.min(retry.maxDelayMs, retry.baseDelayMs * 2 ** Math.min(attempt - 1, 31))
  return Math.min(longestDelayMs, Math.round((error.retryAfterMs ?? 0) + random() * ceiling))
}
