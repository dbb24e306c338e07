import { useEffect, useState } from 'react'
import { everySecondUntil } from '../../shared/every-second-until.ts'

/** The time, in milliseconds since the epoch: keeps going until `untilMs`, where that is given. */
export function useNow(untilMs: number | undefined): number {
  const [nowMs, setNowMs] = useState(Date.now)
  useEffect(() => {
    if (untilMs === undefined) return
    setNowMs(Date.now())
    return everySecondUntil(untilMs, setNowMs)
  }, [untilMs])
  return nowMs
}
