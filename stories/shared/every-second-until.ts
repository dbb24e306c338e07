/** Calls back every second until a time has come (milliseconds since the epoch), and once then. */
export function everySecondUntil(untilMs: number, tick: (nowMs: number) => void): () => void {
  const timer = setInterval(() => {
    const nowMs = Date.now()
    if (nowMs >= untilMs) clearInterval(timer)
    tick(nowMs)
  }, 1000)
  return () => clearInterval(timer)
}
