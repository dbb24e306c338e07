import { createStore } from '@tanstack/store'
import type { Readable } from '../api/readable.ts'
import type { Cancel, Clock } from '../ports/clock.ts'

/** Says one text at a time, with time to listen between them. */
export interface Speaker {
  readonly text: Readable<string>
  /** What is said in a pause is kept until it is over: the last of it, but what is `idle` gives way to what is not. */
  say(text: string, isIdle?: boolean): void
  hush(): void
}

/** A speaker that leaves at least `gapMs` between two texts. */
export function createSpeaker(clock: Clock, gapMs: number): Speaker {
  const store = createStore('')
  let spokeAt = Number.NEGATIVE_INFINITY
  let next: { readonly text: string; readonly isIdle: boolean } | undefined
  let cancel: Cancel | undefined
  const speak = (): void => {
    cancel = undefined
    const text = next?.text ?? ''
    next = undefined
    spokeAt = clock.now()
    store.setState(() => text)
  }
  return {
    text: { get: () => store.state, subscribe: (listener) => store.subscribe(listener) },
    say(text, isIdle = false) {
      if (next && !next.isIdle && isIdle) return
      next = { text, isIdle }
      const waitMs = spokeAt + gapMs - clock.now()
      if (waitMs <= 0 && !cancel) speak()
      else cancel ??= clock.after(Math.max(0, waitMs), speak)
    },
    hush() {
      cancel?.()
      next = undefined
    },
  }
}
