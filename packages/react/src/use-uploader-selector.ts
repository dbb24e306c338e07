'use client'

import type { SelectorOptions, Uploader, UploaderState } from '@lading/core'
import { useEffect, useMemo, useState } from 'react'
import { createSelectionKeeper } from './selection-keeper.ts'
import { serverState } from './server-state.ts'
import { found, useProvidedUploader } from './uploader-context.ts'
import { useReadable } from './use-readable.ts'

/**
 * Something read out of the state of all uploads; the component renders again only when the selection changed.
 *
 * A selector that makes a new object each time needs a `compare`.
 */
export function useUploaderSelector<Selected>(
  selector: (state: UploaderState) => Selected,
  options?: SelectorOptions<Selected>,
  uploader?: Pick<Uploader, 'store'>,
): Selected {
  const provided = useProvidedUploader()
  const { store } = found('useUploaderSelector', uploader ?? provided)
  const compare = options?.compare ?? Object.is
  const [keeper] = useState(createSelectionKeeper<UploaderState, Selected>)
  const read = useMemo(() => keeper.reader(selector, compare), [keeper, selector, compare])
  const selected = useReadable(
    store,
    () => read(store.get()),
    () => read(serverState),
  )
  useEffect(() => keeper.commit(selected), [keeper, selected])
  return selected
}
