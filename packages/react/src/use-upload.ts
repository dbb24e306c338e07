'use client'

import { type Metadata, type Upload, type Uploader, type UploadState, uploadStateOf } from '@lading/core'
import { useMemo } from 'react'
import { found, useProvidedUploader } from './uploader-context.ts'
import { useReadable } from './use-readable.ts'

/** The state of one upload; the component renders again for changes of this upload only. */
export function useUpload<Result, Meta extends Metadata>(upload: Upload<Result, Meta>): UploadState<Result>
/**
 * The state of one upload by its handle or id. An id is looked up in the given uploader or else the provider's, and is
 * `undefined` while it is not on the list; a handle keeps its last state after it was removed.
 */
export function useUpload<Result, Meta extends Metadata>(
  uploadOrId: Upload<Result, Meta> | string | undefined,
  uploader?: Uploader<Result, Meta>,
): UploadState<Result> | undefined
export function useUpload(
  uploadOrId: Upload | string | undefined,
  uploader?: Uploader,
): UploadState | undefined {
  const provided = useProvidedUploader()
  const state = useMemo(
    () => uploadStateOf(uploadOrId, () => found('useUpload with an id', uploader ?? provided)),
    [uploadOrId, uploader, provided],
  )
  return useReadable(state, () => state.get())
}
