import { randomBytes } from 'node:crypto'
import type { Clock, ErrorReporter, Random } from './ports.ts'

/** The system's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout: (callback, delayMs) => {
    const timer = setTimeout(callback, delayMs)
    timer.unref()
    return () => clearTimeout(timer)
  },
}

/** The system's randomness. */
export const systemRandom: Random = { bytes: (count) => randomBytes(count) }

/** Writes failures to the standard error stream. */
export const reportToStderr: ErrorReporter = (error, during) => {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.stderr.write(`lading: ${during}: ${text}\n`)
}
