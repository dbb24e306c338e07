interface Scheduler {
  yield(): Promise<void>
}

/**
 * Watches how long the page is busy without a pause. Tasks of 50 ms and more are told by the browser; shorter ones are
 * timed from one `scheduler.yield()` to the next, which is how the uploader lets the page breathe.
 */
export function watchTasks(): { finish(): Promise<number> } {
  let longestMs = 0
  const saw = (ms: number): void => {
    longestMs = Math.max(longestMs, ms)
  }
  const look = (list: PerformanceEntryList): void => {
    for (const { duration } of list) saw(duration)
  }
  const observer = new PerformanceObserver((list) => look(list.getEntries()))
  observer.observe({ entryTypes: ['longtask'] })
  const { scheduler } = globalThis as unknown as { scheduler: Scheduler }
  const original = scheduler.yield
  let begunAt = performance.now()
  scheduler.yield = async () => {
    saw(performance.now() - begunAt)
    await original.call(scheduler)
    begunAt = performance.now()
  }
  return {
    async finish() {
      saw(performance.now() - begunAt)
      scheduler.yield = original
      // Two frames: what was put off until the next one counts as well.
      for (let frame = 0; frame < 2; frame++) await new Promise((resolve) => requestAnimationFrame(resolve))
      await new Promise((resolve) => setTimeout(resolve, 20))
      look(observer.takeRecords())
      observer.disconnect()
      return longestMs
    },
  }
}
