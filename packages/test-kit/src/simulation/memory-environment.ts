import type { Environment } from '@lading/core'

/** Surroundings that a test decides. */
export interface MemoryEnvironment extends Environment {
  setOnline(online: boolean): void
  /** What was reported, in order. */
  readonly reported: readonly unknown[]
  /** How many listen to the network's state. */
  listeners(): number
}

/** Makes surroundings with a network. */
export function memoryEnvironment(): MemoryEnvironment {
  const listeners = new Set<(online: boolean) => void>()
  const reported: unknown[] = []
  let isOnline = true
  return {
    online: () => isOnline,
    onOnlineChange(listener) {
      const entry = (online: boolean): void => listener(online)
      listeners.add(entry)
      return () => void listeners.delete(entry)
    },
    report: (error) => void reported.push(error),
    setOnline(online) {
      isOnline = online
      for (const listener of [...listeners]) listener(online)
    },
    reported,
    listeners: () => listeners.size,
  }
}
