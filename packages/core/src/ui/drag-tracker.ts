import { createStore } from '@tanstack/store'
import type { Readable } from '../api/readable.ts'
import type { DragUiEvent } from './ui-event.ts'

/** What is seen of a drop zone. */
export interface DropzoneState {
  readonly isDragOver: boolean
}

/** Tells whether something is dragged over a zone. */
export interface DragTracker {
  readonly state: Readable<DropzoneState>
  enter(event: DragUiEvent): void
  leave(event: DragUiEvent): void
  end(): void
}

/**
 * Does not flicker: on the way from one element of the zone to another the second is entered before the first is left,
 * so only leaving the element that was entered last is leaving the zone.
 */
export function createDragTracker(): DragTracker {
  const store = createStore<DropzoneState>({ isDragOver: false })
  let last: unknown
  let stopWatching: (() => void) | undefined
  const set = (isDragOver: boolean): void => {
    if (store.state.isDragOver !== isDragOver) store.setState(() => ({ isDragOver }))
  }
  const end = (): void => {
    stopWatching?.()
    stopWatching = undefined
    set(false)
  }
  return {
    state: { get: () => store.state, subscribe: (listener) => store.subscribe(listener) },
    enter({ target, currentTarget }) {
      last = target
      stopWatching ??= watchOutside(currentTarget as Element, end)
      set(true)
    },
    leave({ target }) {
      if (target === last) end()
    },
    end,
  }
}

/** An element that goes away under the pointer is never left, so what happens elsewhere ends the drag, too. */
function watchOutside(zone: Element, end: () => void): () => void {
  const watching = new AbortController()
  const options = { capture: true, signal: watching.signal }
  zone.ownerDocument.addEventListener(
    'dragenter',
    ({ target }) => {
      if (!zone.contains(target as Node)) end()
    },
    options,
  )
  for (const type of ['drop', 'dragend']) zone.ownerDocument.addEventListener(type, end, options)
  return () => watching.abort()
}
