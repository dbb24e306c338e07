import type { ChangeableOptions } from '@lading/core'

const largeBytes = 1024 * 1024
const requestMs = 1000

/** A line on which large files take their time, on a fast machine as well, so that they can be met on their way. */
export interface SlowLine {
  /** For the options: holds each request of a large file up for a second. */
  readonly headers: NonNullable<ChangeableOptions['headers']>
  /** Holds up requests again, after it was freed. */
  slow(): void
  /** Holds up nothing any more. */
  free(): void
}

/** Makes a line that is slow until it is freed. */
export function slowLine(): SlowLine {
  let freeing = new AbortController()
  return {
    headers: async ({ size }) => {
      if (size >= largeBytes) await passes(requestMs, freeing.signal)
      return {}
    },
    slow() {
      freeing = new AbortController()
    },
    free: () => freeing.abort(),
  }
}

/** Waits for a time to pass, or until it need not. */
function passes(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
    setTimeout(resolve, ms)
  })
}
