'use client'

import { totalsOf, type Uploader, type UploaderTotals } from '@lading/core'
import { useMemo } from 'react'
import { serverState } from './server-state.ts'
import { found, useProvidedUploader } from './uploader-context.ts'
import { useReadable } from './use-readable.ts'

/** The aggregate over all uploads; the component renders again for each change of it, and for nothing else. */
export function useTotals(uploader?: Pick<Uploader, 'store'>): UploaderTotals {
  const provided = useProvidedUploader()
  const { store } = found('useTotals', uploader ?? provided)
  const state = useReadable(
    store,
    () => store.get(),
    () => serverState,
  )
  return useMemo(() => totalsOf(state), [state])
}
