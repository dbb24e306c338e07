import { fileTrouble } from '../errors/file-trouble.ts'
import { toUploadError, UploadError } from '../errors/upload-error.ts'
import { retryDelayMs } from '../policy/retry.ts'
import type { Waiting } from '../statechart/state.ts'
import type { Journey } from './journey.ts'
import { isCurrent, type Machinery, type Run } from './machinery.ts'
import { onAbort } from './on-abort.ts'

/** How much more often a silent server is tried than one that answers. */
const silentPatience = 3

/** Does something until it succeeds, the failures in a row are too many, or the run ends. */
export async function persist<T>(m: Machinery, run: Run, attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      await waitToRetry(m, run, error)
    }
  }
}

/**
 * Waits as long as a failure asks for: until the network is back, or a back-off. All that fails meanwhile joins the
 * same wait, so that four parts cut by one break count once.
 *
 * Throws the failure where there is no further attempt.
 */
export function waitToRetry(m: Machinery, run: Run, thrown: unknown): Promise<void> {
  const { journey, signal } = run
  if (signal.aborted) return Promise.reject(thrown)
  const error = toUploadError(thrown)
  if (!error.retryable && error.code !== 'network') return Promise.reject(error)
  if (journey.backoff) return journey.backoff
  const wait = waitAlone(m, run, error).finally(() => {
    if (journey.backoff === wait) journey.backoff = undefined
  })
  journey.backoff = wait
  return wait
}

/**
 * How many failures of a kind are too many. A server that says nothing at all may be starting again, or the line may be
 * down: with a session open there is something to lose by giving up, and more patience.
 */
export function attemptsFor(m: Machinery, journey: Journey, { status }: UploadError): number {
  const { attempts } = m.options.retry
  return status === undefined && journey.session !== undefined ? attempts * silentPatience : attempts
}

async function waitAlone(m: Machinery, run: Run, failure: UploadError): Promise<void> {
  const { journey, signal } = run
  const error = (await troubleBehind(failure, journey.file)) ?? failure
  if (signal.aborted) throw error
  if (error === failure && !m.ports.environment.online() && failure.status === undefined) {
    return hold(m, run, { reason: 'offline' })
  }
  const attempt = ++journey.failures
  const retry = { ...m.options.retry, attempts: attemptsFor(m, journey, error) }
  const delayMs = retryDelayMs({ attempt, error, retry, random: () => m.ports.random.number() })
  if (delayMs === undefined) throw withAttempt(error, attempt)
  m.listeners.emit('retrying', { upload: journey.handle, error, attempt, delayMs })
  const reason = error.retryAfterMs !== undefined || error.code === 'rate-limited' ? 'server-busy' : 'backoff'
  await hold(m, run, { reason, untilMs: m.ports.clock.now() + delayMs })
}

/** Shows what is waited for, and waits. */
function hold(m: Machinery, { journey, run, signal }: Run, waiting: Waiting): Promise<void> {
  m.dispatch(journey, { type: 'waits', run, waiting })
  const { clock, environment } = m.ports
  return new Promise<void>((resolve, reject) => {
    const release: (() => void)[] = []
    const end = (finish: () => void): void => {
      for (const undo of release) undo()
      m.dispatch(journey, { type: 'goes-on', run })
      finish()
    }
    const stop = (): void => end(() => reject(new UploadError('aborted')))
    if (signal.aborted) return stop()
    release.push(onAbort(signal, stop))
    if (waiting.untilMs !== undefined) {
      release.push(clock.after(Math.max(0, waiting.untilMs - clock.now()), () => end(resolve)))
    }
    if (waiting.reason !== 'server-busy') {
      release.push(environment.onOnlineChange((online) => online && end(resolve)))
    }
  })
}

/** Ends a run that cannot go on: a full disk pauses, anything else fails. */
export function failRun(m: Machinery, run: Run, thrown: unknown): void {
  if (!isCurrent(run)) return
  const { journey } = run
  const error = toUploadError(thrown)
  const checkpoint = journey.checkpoint()
  if (error.code === 'storage-full') {
    m.dispatch(journey, { type: 'blocked', run: run.run, reason: 'storage-full', checkpoint })
  } else {
    m.dispatch(journey, { type: 'failed', run: run.run, error, checkpoint })
  }
}

/** A request that got no answer may have failed because the file under it changed: browsers say "network" then. */
async function troubleBehind(error: UploadError, file: Blob): Promise<UploadError | undefined> {
  return error.code === 'network' ? fileTrouble(file) : undefined
}

function withAttempt(error: UploadError, attempt: number): UploadError {
  const { code, message, retryable, status, retryAfterMs, serverCode, cause } = error
  return new UploadError(code, {
    message,
    retryable,
    attempt,
    ...(status !== undefined && { status }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(serverCode !== undefined && { serverCode }),
    ...(cause !== undefined && { cause }),
  })
}
