import { type Ref, shallowRef, watch } from 'vue'
import { everySecondUntil } from '../../shared/every-second-until.ts'

/** The time, in milliseconds since the epoch: keeps going until `untilMs`, where that is given. */
export function useNow(untilMs: () => number | undefined): Readonly<Ref<number>> {
  const nowMs = shallowRef(Date.now())
  watch(
    untilMs,
    (until, _before, onCleanup) => {
      if (until === undefined) return
      nowMs.value = Date.now()
      onCleanup(everySecondUntil(until, (now) => (nowMs.value = now)))
    },
    { immediate: true },
  )
  return nowMs
}
