import type { Clock } from '@lading/core'
import { settle } from './settle.ts'

const frameMs = 16

interface Timer {
  readonly dueMs: number
  readonly callback: () => void
}

/** A clock that moves only when a test says so. */
export interface VirtualClock extends Clock {
  /** Lets time pass: everything that falls due runs in order, and what it sets off runs before the next. */
  advance(ms: number): Promise<void>
  /** How many timers and frames are asked for. */
  pending(): number
  /** When the next of them falls due, in milliseconds from now. */
  nextInMs(): number | undefined
  /** How long the page worked before each breath, in milliseconds. */
  readonly tasksMs: readonly number[]
}

/**
 * Makes a clock that stands still.
 *
 * @param startMs The time it begins at, in milliseconds since the epoch.
 * @param lookCostMs How far time moves by being looked at: work has a length then.
 */
export function virtualClock(startMs = 1_700_000_000_000, lookCostMs = 0): VirtualClock {
  const timers = new Set<Timer>()
  const tasksMs: number[] = []
  let nowMs = startMs
  let breathedMs = startMs
  const next = (): Timer | undefined => {
    let soonest: Timer | undefined
    for (const timer of timers) if (!soonest || timer.dueMs < soonest.dueMs) soonest = timer
    return soonest
  }
  const after = (delayMs: number, callback: () => void): (() => void) => {
    const timer = { dueMs: nowMs + Math.max(0, delayMs), callback }
    timers.add(timer)
    return () => void timers.delete(timer)
  }
  return {
    now: () => (nowMs += lookCostMs),
    after,
    frame: (callback) => after(frameMs, callback),
    breathe() {
      tasksMs.push(nowMs - breathedMs)
      breathedMs = nowMs
      return Promise.resolve()
    },
    async advance(ms) {
      const untilMs = nowMs + ms
      await settle()
      for (let timer = next(); timer && timer.dueMs <= untilMs; timer = next()) {
        timers.delete(timer)
        nowMs = Math.max(nowMs, timer.dueMs)
        timer.callback()
        await settle()
      }
      nowMs = Math.max(nowMs, untilMs)
    },
    pending: () => timers.size,
    nextInMs() {
      const timer = next()
      return timer && timer.dueMs - nowMs
    },
    tasksMs,
  }
}
