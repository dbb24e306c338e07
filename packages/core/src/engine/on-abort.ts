const callbacks = new WeakMap<AbortSignal, Set<() => void>>()

/**
 * Calls back when a signal is aborted; returns a function that forgets the callback.
 *
 * One listener for each signal, however many wait for it: a run has dozens, and Node takes more than ten for a leak.
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  const waiting = callbacks.get(signal) ?? listen(signal)
  waiting.add(callback)
  return () => void waiting.delete(callback)
}

function listen(signal: AbortSignal): Set<() => void> {
  const waiting = new Set<() => void>()
  callbacks.set(signal, waiting)
  const tell = (): void => {
    for (const callback of waiting) callback()
  }
  signal.addEventListener('abort', tell, { once: true })
  return waiting
}
