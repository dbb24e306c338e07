import { fileTrouble } from '../errors/file-trouble.ts'
import { toUploadError, type UploadError, withDetails } from '../errors/upload-error.ts'
import { retryDelayMs } from '../policy/retry.ts'
import type { Cancel } from '../ports/clock.ts'
import type { Waiting } from '../statechart/state.ts'
import { abortable } from './abortable.ts'
import type { Run } from './run.ts'

/** How much more often a silent server is tried than one that answers. */
const silentPatience = 3

/** Does something until it succeeds, the failures in a row are too many, or the run ends. */
export async function persist<T>(run: Run, attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      await waitToRetry(run, error)
    }
  }
}

/**
 * Waits as long as a failure asks for: until the network is back, or a back-off. All that fails meanwhile joins the
 * same wait, so that four parts cut by one break count once.
 *
 * Throws the failure where there is no further attempt.
 */
export async function waitToRetry(run: Run, thrown: unknown): Promise<void> {
  const { journey, signal } = run
  if (signal.aborted) throw thrown
  const error = toUploadError(thrown)
  if (!error.retryable && error.code !== 'network') throw error
  if (journey.backoff) return journey.backoff
  const wait = waitAlone(run, error).finally(() => {
    if (journey.backoff === wait) journey.backoff = undefined
  })
  journey.backoff = wait
  return wait
}

/**
 * How many failures of a kind are too many. A server that says nothing at all may be starting again, or the line may be
 * down: with a session open there is something to lose by giving up, and more patience.
 */
export function attemptsFor({ m, journey }: Run, { status }: UploadError): number {
  const { attempts } = m.options.retry
  return status === undefined && journey.session !== undefined ? attempts * silentPatience : attempts
}

async function waitAlone(run: Run, failure: UploadError): Promise<void> {
  const { m, journey, signal } = run
  const { clock, environment, random } = m.ports
  // A request that got no answer may have failed because the file under it changed: browsers say "network" then.
  const trouble = failure.code === 'network' ? await fileTrouble(journey.file) : undefined
  const error = trouble ?? failure
  if (signal.aborted) throw error
  if (!trouble && !environment.online() && failure.status === undefined) {
    return hold(run, { reason: 'offline' })
  }
  const attempt = journey.again('failure')
  const retry = { ...m.options.retry, attempts: attemptsFor(run, error) }
  const delayMs = retryDelayMs({ attempt, error, retry, random: () => random.number() })
  if (delayMs === undefined) throw withDetails(error, { attempt })
  m.listeners.emit('retrying', { upload: journey.handle, error, attempt, delayMs })
  const reason = error.retryAfterMs !== undefined || error.code === 'rate-limited' ? 'server-busy' : 'backoff'
  await hold(run, { reason, untilMs: clock.now() + delayMs })
}

/** Shows what is waited for, and waits. */
async function hold(run: Run, waiting: Waiting): Promise<void> {
  const { clock, environment } = run.m.ports
  const { reason, untilMs } = waiting
  run.show(waiting)
  const wait = (done: () => void): Cancel => {
    const delayMs = untilMs === undefined ? undefined : Math.max(0, untilMs - clock.now())
    const stopTimer = delayMs === undefined ? undefined : clock.after(delayMs, done)
    const stopListening =
      reason === 'server-busy' ? undefined : environment.onOnlineChange((online) => online && done())
    return () => {
      stopTimer?.()
      stopListening?.()
    }
  }
  try {
    await abortable<void>(run.signal, wait)
  } finally {
    run.show()
  }
}
