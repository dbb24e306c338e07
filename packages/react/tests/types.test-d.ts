import { formUpload } from '@lading/protocols/form'
import { expectTypeOf } from 'vitest'
import {
  createUploader,
  type NativeResult,
  type Progress,
  type Upload,
  type UploadError,
  type Uploader,
  UploaderProvider,
  type UploadState,
  type UploadStatus,
  useTotals,
  useUpload,
  useUploader,
  useUploaderSelector,
} from '../src/index.ts'

type Photo = { readonly photoId: number }
type Album = { readonly album: string }

const protocol = formUpload<Photo, Album>({ endpoint: '/photos', parseResponse: () => ({ photoId: 1 }) })

export function useNativeProtocol(): void {
  const native = useUploader({ endpoint: '/uploads', headers: async () => ({ authorization: 'x' }) })
  expectTypeOf(native.uploads).toEqualTypeOf<readonly Upload<NativeResult>[]>()
  expectTypeOf(native.uploader).toEqualTypeOf<Uploader<NativeResult>>()
  expectTypeOf(native.isDragOver).toEqualTypeOf<boolean>()
  const handed = useUploader(createUploader({ endpoint: '/uploads' }))
  expectTypeOf(handed.uploader).toEqualTypeOf<Uploader<NativeResult>>()
}

export function useProtocol(): void {
  const form = useUploader({ protocol, metadata: { album: 'summer' } })
  expectTypeOf(form.uploads).toEqualTypeOf<readonly Upload<Photo, Album>[]>()
  expectTypeOf(useUploader(form.uploader).uploader).toEqualTypeOf<Uploader<Photo, Album>>()
  form.uploader.use({
    afterFile: (_upload, result) => void expectTypeOf(result).toEqualTypeOf<Photo | undefined>(),
  })
  void form.add([], { metadata: { album: 'winter' } }).then(async ({ settled }) => {
    for (const outcome of await settled) {
      if (outcome.how === 'uploaded') expectTypeOf(outcome.result).toEqualTypeOf<Photo>()
    }
  })
}

export function useRow(photo: Upload<Photo, Album>): void {
  expectTypeOf(photo.metadata.album).toEqualTypeOf<string>()
  const state = useUpload(photo)
  expectTypeOf(state.progress).toEqualTypeOf<Progress>()
  expectTypeOf(state.status).toEqualTypeOf<UploadStatus>()
  if (state.status === 'failed') expectTypeOf(state.error).toEqualTypeOf<UploadError>()
  if (state.status === 'done') expectTypeOf(state.result).toEqualTypeOf<Photo>()
  // @ts-expect-error only a failed upload has an error
  void state.error
}

export function useWrongOptions(): void {
  // @ts-expect-error metadata of another shape
  useUploader({ protocol, metadata: { album: 5 } })
  // @ts-expect-error one or the other
  useUploader({ protocol, endpoint: '/uploads' })
  // @ts-expect-error not an option
  useUploader({ endpoint: '/uploads', chunkSize: 5 })
}

export function useReads(uploader: Uploader<Photo, Album>, photo: Upload<Photo, Album> | undefined): void {
  expectTypeOf(useUpload('some-id', uploader)?.status).toEqualTypeOf<UploadStatus | undefined>()
  expectTypeOf(useUpload(photo)).toEqualTypeOf<UploadState<Photo> | undefined>()
  expectTypeOf(useTotals(uploader).landedBytes).toEqualTypeOf<number>()
  expectTypeOf(useTotals().counts.failed).toEqualTypeOf<number>()
  expectTypeOf(useUploaderSelector((all) => all.ids.length, {}, uploader)).toEqualTypeOf<number>()
  expectTypeOf(UploaderProvider({ uploader })).toHaveProperty('props')
  expectTypeOf(useUploader<Photo, Album>().uploads).toEqualTypeOf<readonly Upload<Photo, Album>[]>()
}
