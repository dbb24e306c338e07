import { formUpload } from '@lading/protocols/form'
import { expectTypeOf } from 'vitest'
import { type ComputedRef, h, reactive, ref } from 'vue'
import {
  createUploader,
  injectUploader,
  type NativeResult,
  type Progress,
  provideUploader,
  type Upload,
  type UploadError,
  type Uploader,
  type UploadState,
  type UploadStatus,
  uploaderKey,
  useTotals,
  useUpload,
  useUploader,
  useUploaderSelector,
} from '../src/index.ts'

type Photo = { readonly photoId: number }
type Album = { readonly album: string }

// The native protocol's result, by options in every form and by handle.
const native = useUploader({ endpoint: '/uploads', headers: async () => ({ authorization: 'x' }) })
expectTypeOf(native.uploads).toEqualTypeOf<ComputedRef<readonly Upload<NativeResult>[]>>()
expectTypeOf(native.uploader).toEqualTypeOf<Uploader<NativeResult>>()
expectTypeOf(native.isDragOver).toEqualTypeOf<ComputedRef<boolean>>()
expectTypeOf(useUploader(createUploader({ endpoint: '/uploads' })).uploader).toEqualTypeOf<
  Uploader<NativeResult>
>()
expectTypeOf(useUploader(() => ({ endpoint: '/uploads' })).uploader).toEqualTypeOf<Uploader<NativeResult>>()
expectTypeOf(useUploader(ref({ endpoint: '/uploads' })).uploader).toEqualTypeOf<Uploader<NativeResult>>()
expectTypeOf(useUploader(reactive({ endpoint: '/uploads' })).uploader).toEqualTypeOf<Uploader<NativeResult>>()

// A protocol's result and its metadata reach handles, states, outcomes and hooks.
const protocol = formUpload<Photo, Album>({ endpoint: '/photos', parseResponse: () => ({ photoId: 1 }) })
const form = useUploader({ protocol, metadata: { album: 'summer' } })
expectTypeOf(form.uploads.value).toEqualTypeOf<readonly Upload<Photo, Album>[]>()
expectTypeOf(useUploader(() => ({ protocol })).uploader).toEqualTypeOf<Uploader<Photo, Album>>()
const [photo] = form.uploads.value
if (photo) {
  expectTypeOf(photo.metadata.album).toEqualTypeOf<string>()
  const state = useUpload(photo)
  expectTypeOf(useUpload(() => photo)).toEqualTypeOf<ComputedRef<UploadState<Photo>>>()
  expectTypeOf(state.value.progress).toEqualTypeOf<Progress>()
  if (state.value.status === 'failed') expectTypeOf(state.value.error).toEqualTypeOf<UploadError>()
  if (state.value.status === 'done') expectTypeOf(state.value.result).toEqualTypeOf<Photo>()
  // @ts-expect-error only a failed upload has an error
  void state.value.error
}
void form.add([], { metadata: { album: 'winter' } }).then(async ({ settled }) => {
  for (const outcome of await settled)
    if (outcome.how === 'uploaded') expectTypeOf(outcome.result).toEqualTypeOf<Photo>()
})
// @ts-expect-error metadata of another shape
useUploader({ protocol, metadata: { album: 5 } })
// @ts-expect-error one or the other
useUploader({ protocol, endpoint: '/uploads' })
// @ts-expect-error not an option
useUploader({ endpoint: '/uploads', chunkSize: 5 })

// By id, a state may be missing; an uploader of any result and metadata can be handed on.
expectTypeOf(useUpload('some-id', form.uploader).value?.status).toEqualTypeOf<UploadStatus | undefined>()
expectTypeOf(useUpload(ref<string>(), () => form.uploader)).toEqualTypeOf<
  ComputedRef<UploadState<Photo> | undefined>
>()
expectTypeOf(useTotals(form.uploader).value.landedBytes).toEqualTypeOf<number>()
expectTypeOf(useUploaderSelector((all) => all.ids.length, {}, form.uploader)).toEqualTypeOf<
  ComputedRef<number>
>()
expectTypeOf(provideUploader(form.uploader)).toEqualTypeOf<void>()
expectTypeOf(injectUploader<Photo, Album>()).toEqualTypeOf<Uploader<Photo, Album>>()
expectTypeOf(uploaderKey).toHaveProperty('description')
expectTypeOf(useUploader<Photo, Album>().uploader).toEqualTypeOf<Uploader<Photo, Album>>()

// Commands are event handlers as they are; props fit their elements.
h('button', { onClick: form.pause })
h(
  'div',
  form.getDropzoneProps({ class: 'zone', noClick: true }),
  h('input', form.getInputProps({ directory: true })),
)
