import {
  commandsOf,
  createDropzone,
  createFileInput,
  type Dropzone,
  type FileInput,
  type Json,
  lowerCaseEvents,
  type Metadata,
  type NativeResult,
  type NativeUploaderOptions,
  type ProtocolUploaderOptions,
  type Upload,
  type Uploader,
  type UploaderCommands,
  type UploaderOptions,
} from '@lading/core'
import { type ComputedRef, computed, getCurrentScope, type MaybeRefOrGetter, onScopeDispose } from 'vue'
import { trackReadable } from './track-readable.ts'
import { found, uploaderIfAny } from './uploader-injection.ts'
import { useOwnedUploader } from './use-owned-uploader.ts'

/** What {@link useUploader} gives. */
export interface UseUploaderResult<Result, Meta extends Metadata> extends UploaderCommands<Result, Meta> {
  /** In the order they were added. Another array only when the list changed, never on progress. */
  readonly uploads: ComputedRef<readonly Upload<Result, Meta>[]>
  /** Whether files are dragged over the element that has `getDropzoneProps`. */
  readonly isDragOver: ComputedRef<boolean>
  readonly getDropzoneProps: Dropzone<Meta>['props']
  readonly getInputProps: FileInput<Meta>['props']
  readonly uploader: Uploader<Result, Meta>
}

/**
 * The list of uploads and everything to fill and steer it: with options an uploader of this scope's own, paused when the
 * scope ends; with an uploader that one, which outlives the scope; with nothing the provided one.
 *
 * Options are followed where they are a ref, a getter or a reactive object. What is fixed at creation (`endpoint`,
 * `protocol`, `http`) needs another `key` on the component to change.
 *
 * @example
 * const { uploads, getInputProps } = useUploader({ endpoint: '/uploads' })
 */
export function useUploader<Meta extends Metadata = Metadata>(
  source: MaybeRefOrGetter<NativeUploaderOptions<Meta>> | Uploader<NativeResult, Meta>,
): UseUploaderResult<NativeResult, Meta>
export function useUploader<Session extends Json, Result, Meta extends Metadata = Metadata>(
  source: MaybeRefOrGetter<ProtocolUploaderOptions<Session, Result, Meta>> | Uploader<Result, Meta>,
): UseUploaderResult<Result, Meta>
export function useUploader<Result = unknown, Meta extends Metadata = Metadata>(): UseUploaderResult<
  Result,
  Meta
>
export function useUploader(
  source?: MaybeRefOrGetter<UploaderOptions> | Uploader,
): UseUploaderResult<unknown, Metadata> {
  const uploader = uploaderOf(source)
  const state = trackReadable(() => uploader.store)
  const ids = computed(() => state().ids)
  const dropzone = createDropzone(uploader, { normalize: lowerCaseEvents })
  if (getCurrentScope()) onScopeDispose(dropzone.dispose)
  const drag = trackReadable(() => dropzone.state)
  return {
    ...commandsOf(uploader),
    uploads: computed(() => ids.value.flatMap((id) => uploader.get(id) ?? [])),
    isDragOver: computed(() => drag().isDragOver),
    getDropzoneProps: dropzone.props,
    getInputProps: createFileInput(uploader, { normalize: lowerCaseEvents }).props,
    uploader,
  }
}

function uploaderOf(source: MaybeRefOrGetter<UploaderOptions> | Uploader | undefined): Uploader {
  if (source === undefined) return found('useUploader', uploaderIfAny())
  return 'attach' in source ? source : useOwnedUploader(source)
}
