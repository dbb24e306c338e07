'use client'

import type { Metadata, Upload, Uploader } from '@lading/core'
import { useMemo } from 'react'
import { serverState } from './server-state.ts'
import { useReadable } from './use-readable.ts'

/** The handles on an uploader's list: another array only when the list changed. */
export function useUploads<Result, Meta extends Metadata>(
  uploader: Uploader<Result, Meta>,
): readonly Upload<Result, Meta>[] {
  const { store } = uploader
  const ids = useReadable(
    store,
    () => store.get().ids,
    () => serverState.ids,
  )
  return useMemo(() => ids.flatMap((id) => uploader.get(id) ?? []), [uploader, ids])
}
