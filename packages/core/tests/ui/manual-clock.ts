import type { Clock } from '../../src/ports/clock.ts'

/** A clock that goes when a test says so. */
export interface ManualClock extends Clock {
  advance(ms: number): void
  /** How many callbacks wait. */
  readonly waiting: () => number
}

/** Starts at 0. */
export function manualClock(): ManualClock {
  let now = 0
  let timers: { readonly at: number; readonly run: () => void }[] = []
  const after = (delayMs: number, run: () => void): (() => void) => {
    const timer = { at: now + delayMs, run }
    timers.push(timer)
    return () => {
      timers = timers.filter((other) => other !== timer)
    }
  }
  return {
    now: () => now,
    after,
    frame: (run) => after(0, run),
    breathe: () => Promise.resolve(),
    waiting: () => timers.length,
    advance(ms) {
      now += ms
      const due = timers.filter(({ at }) => at <= now)
      timers = timers.filter(({ at }) => at > now)
      for (const { run } of due) run()
    },
  }
}
