'use client'

import {
  commandsOf,
  createDropzone,
  createFileInput,
  type Dropzone,
  type FileInput,
  type Json,
  type Metadata,
  type NativeResult,
  type NativeUploaderOptions,
  type ProtocolUploaderOptions,
  type Upload,
  type Uploader,
  type UploaderCommands,
  type UploaderOptions,
} from '@lading/core'
import { useEffect, useMemo } from 'react'
import { found, useProvidedUploader } from './uploader-context.ts'
import { useOwnedUploader } from './use-owned-uploader.ts'
import { useReadable } from './use-readable.ts'
import { useUploads } from './use-uploads.ts'

/** What {@link useUploader} gives. Its functions stay the same over renders. */
export interface UseUploaderResult<Result, Meta extends Metadata> extends UploaderCommands<Result, Meta> {
  /** In the order they were added. Another array only when the list changed, never on progress. */
  readonly uploads: readonly Upload<Result, Meta>[]
  /** Whether files are dragged over the element that has `getDropzoneProps`. */
  readonly isDragOver: boolean
  readonly getDropzoneProps: Dropzone<Meta>['props']
  readonly getInputProps: FileInput<Meta>['props']
  readonly uploader: Uploader<Result, Meta>
}

/**
 * The list of uploads and everything to fill and steer it: with options an uploader of this component's own, made once
 * and paused when the component goes; with an uploader that one, which outlives the component; with nothing the
 * provider's.
 *
 * Options may be written inline. What is fixed at creation (`endpoint`, `protocol`, `http`) needs another `key` on the
 * component to change.
 *
 * @example
 * const { uploads, getInputProps } = useUploader({ endpoint: '/uploads' })
 */
export function useUploader<Meta extends Metadata = Metadata>(
  source: NativeUploaderOptions<Meta> | Uploader<NativeResult, Meta>,
): UseUploaderResult<NativeResult, Meta>
export function useUploader<Session extends Json, Result, Meta extends Metadata = Metadata>(
  source: ProtocolUploaderOptions<Session, Result, Meta> | Uploader<Result, Meta>,
): UseUploaderResult<Result, Meta>
export function useUploader<Result = unknown, Meta extends Metadata = Metadata>(): UseUploaderResult<
  Result,
  Meta
>
export function useUploader(source?: UploaderOptions | Uploader): UseUploaderResult<unknown, Metadata> {
  const given = source && 'attach' in source ? source : undefined
  const owned = useOwnedUploader(source && 'attach' in source ? undefined : source)
  const provided = useProvidedUploader()
  const uploader = found('useUploader', given ?? owned ?? provided)
  const uploads = useUploads(uploader)
  const dropzone = useMemo(() => createDropzone(uploader), [uploader])
  useEffect(() => dropzone.dispose, [dropzone])
  const isDragOver = useReadable(dropzone.state, () => dropzone.state.get().isDragOver)
  const steady = useMemo(() => {
    const getInputProps = createFileInput(uploader).props
    return { ...commandsOf(uploader), getDropzoneProps: dropzone.props, getInputProps, uploader }
  }, [uploader, dropzone])
  return useMemo(() => ({ ...steady, uploads, isDragOver }), [steady, uploads, isDragOver])
}
