'use client'

import type { Readable } from '@lading/core'
import { useCallback, useSyncExternalStore } from 'react'

/**
 * Something read out of a readable; the component renders again when it changes.
 *
 * `read` must give the same object until something changed. `readServer` gives what the server saw, for the first
 * render in a browser to agree with.
 */
export function useReadable<T, Value>(
  readable: Readable<T>,
  read: () => Value,
  readServer: () => Value = read,
): Value {
  const subscribe = useCallback(
    (notify: () => void) => {
      const subscription = readable.subscribe(notify)
      return () => subscription.unsubscribe()
    },
    [readable],
  )
  return useSyncExternalStore(subscribe, read, readServer)
}
