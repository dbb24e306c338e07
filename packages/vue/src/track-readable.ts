import type { Readable } from '@lading/core'
import { shallowRef, triggerRef, watch } from 'vue'

/** Nothing is watched on a server: what is rendered there is rendered once. */
export const isBrowser: boolean = typeof window !== 'undefined'

/**
 * A getter of the present value of a readable: an effect that calls it runs again when the value changes, and when
 * `source` gives another readable. The subscription ends with the current scope.
 */
export function trackReadable<T>(source: () => Readable<T>): () => T {
  source() // throws here and not inside the watcher, where Vue would only log it
  const changed = shallowRef()
  if (isBrowser) {
    watch(
      source,
      (readable, _before, onCleanup) => {
        const subscription = readable.subscribe(() => triggerRef(changed))
        onCleanup(() => subscription.unsubscribe())
      },
      { immediate: true, flush: 'sync' },
    )
  }
  return () => {
    void changed.value
    return source().get()
  }
}
