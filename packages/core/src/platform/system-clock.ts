import type { Clock } from '../ports/clock.ts'

/** How long a frame may take to come before it is not waited for any more. */
const slowFrameMs = 250
/** A frame where none are drawn. */
const blindFrameMs = 16

/** The time of the browser, or of whatever runs this. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs)
    return () => clearTimeout(timer)
  },
  frame: (callback) => {
    const isVisible = typeof document !== 'undefined' && document.visibilityState === 'visible'
    if (!isVisible || typeof requestAnimationFrame !== 'function')
      return systemClock.after(blindFrameMs, callback)
    const cancel = (): void => {
      cancelAnimationFrame(frame)
      clearTimeout(timer)
    }
    const run = (): void => {
      cancel()
      callback()
    }
    const frame = requestAnimationFrame(run)
    const timer = setTimeout(run, slowFrameMs)
    return cancel
  },
  breathe: () => {
    const { scheduler } = globalThis as { scheduler?: { yield?: () => Promise<void> } }
    if (scheduler?.yield) return scheduler.yield()
    return new Promise((resolve) => {
      // A message, not a timer: nested timers are held back to 4 ms each.
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = () => {
        port1.close()
        resolve()
      }
      port2.postMessage(undefined)
    })
  },
}
