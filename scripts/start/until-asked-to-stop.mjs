const parentCheckMs = 500

/**
 * Settles on a signal to stop, or when the npm that started this process is gone: killed, it passes nothing on.
 * @returns {Promise<void>}
 */
export function untilAskedToStop() {
  return new Promise((resolve) => {
    const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])
    for (const signal of signals) process.once(signal, () => resolve())
    if (process.env.npm_lifecycle_event === undefined) return
    const parent = process.ppid
    const check = setInterval(() => {
      if (process.ppid !== parent) resolve()
    }, parentCheckMs)
    check.unref()
  })
}
