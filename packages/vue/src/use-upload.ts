import { type Metadata, type Upload, type Uploader, type UploadState, uploadStateOf } from '@lading/core'
import { type ComputedRef, computed, type MaybeRefOrGetter, toValue } from 'vue'
import { trackReadable } from './track-readable.ts'
import { found, uploaderIfAny } from './uploader-injection.ts'

/** The state of one upload; changes with this upload only. */
export function useUpload<Result, Meta extends Metadata>(
  upload: MaybeRefOrGetter<Upload<Result, Meta>>,
): ComputedRef<UploadState<Result>>
/**
 * The state of one upload by its handle or id. An id is looked up in the given uploader or else the provided one, and
 * is `undefined` while it is not on the list; a handle keeps its last state after it was removed.
 */
export function useUpload<Result, Meta extends Metadata>(
  uploadOrId: MaybeRefOrGetter<Upload<Result, Meta> | string | undefined>,
  uploader?: MaybeRefOrGetter<Uploader<Result, Meta> | undefined>,
): ComputedRef<UploadState<Result> | undefined>
export function useUpload(
  uploadOrId: MaybeRefOrGetter<Upload | string | undefined>,
  uploader?: MaybeRefOrGetter<Uploader | undefined>,
): ComputedRef<UploadState | undefined> {
  const provided = uploaderIfAny()
  const source = computed(() =>
    uploadStateOf(toValue(uploadOrId), () => found('useUpload with an id', toValue(uploader) ?? provided)),
  )
  const state = trackReadable(() => source.value)
  return computed(state)
}
