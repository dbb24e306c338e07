/** Mutual exclusion between tabs. */
export interface Locks {
  /**
   * Tries to take a named lock at once: `held` is a function that releases it, or `undefined` where another has it.
   */
  take(name: string): Promise<(() => void) | undefined>
  /** Waits until the named lock may be free again. */
  free(name: string, signal: AbortSignal): Promise<void>
}
