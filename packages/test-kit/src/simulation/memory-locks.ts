import type { Locks } from '@lading/core'

/** Locks of one browser: hand the same ones to several engines, and each is a tab. */
export interface MemoryLocks extends Locks {
  /** The names of all that are held. */
  held(): readonly string[]
  /** How many wait for one to come free. */
  waiting(): number
}

/** Makes locks that nobody holds. */
export function memoryLocks(): MemoryLocks {
  const held = new Set<string>()
  const waiting = new Set<{ readonly name: string; readonly go: () => void }>()
  return {
    async take(name) {
      if (held.has(name)) return undefined
      held.add(name)
      return () => {
        if (!held.delete(name)) return
        for (const waiter of waiting) if (waiter.name === name) waiter.go()
      }
    },
    free: (name, signal) =>
      new Promise((resolve, reject) => {
        const stop = (): void => {
          waiting.delete(waiter)
          reject(signal.reason)
        }
        const waiter = {
          name,
          go: () => {
            waiting.delete(waiter)
            signal.removeEventListener('abort', stop)
            resolve()
          },
        }
        if (signal.aborted) return stop()
        signal.addEventListener('abort', stop, { once: true })
        waiting.add(waiter)
        if (!held.has(name)) waiter.go()
      }),
    held: () => [...held],
    waiting: () => waiting.size,
  }
}
