import { type Metadata, UploaderProvider, type UseUploaderResult } from '@lading/react'
import type { ReactElement } from 'react'
import { useRef } from 'react'
import type { LinkedResult } from '../../shared/linked-result.ts'
import { DropArea } from './drop-area.tsx'
import { LiveRegion } from './live-region.tsx'
import { RejectionList } from './rejection-list.tsx'
import { TotalsBar } from './totals-bar.tsx'
import { UploadRow } from './upload-row.tsx'
import { useKeptFocus } from './use-kept-focus.ts'

interface UploaderViewProps
  extends Pick<
    UseUploaderResult<LinkedResult, Metadata>,
    'uploads' | 'uploader' | 'isDragOver' | 'getDropzoneProps' | 'getInputProps'
  > {
  /** Whether files wait until they are started. */
  readonly canStart: boolean
}

/** A drop zone, totals and a list of uploads: what `useUploader` gives, with markup of these stories' own. */
export function UploaderView({
  uploads,
  uploader,
  isDragOver,
  getDropzoneProps,
  getInputProps,
  canStart,
}: UploaderViewProps): ReactElement {
  const root = useRef<HTMLElement>(null)
  useKeptFocus(root)
  return (
    <UploaderProvider uploader={uploader}>
      <section ref={root} className="lading" aria-label="Uploader">
        <DropArea
          isDragOver={isDragOver}
          zone={getDropzoneProps({ noKeyboard: true })}
          input={getInputProps()}
        />
        <RejectionList uploader={uploader} />
        {uploads.length === 0 ? (
          <p className="lading-empty">No files yet</p>
        ) : (
          <div className="lading-panel">
            <TotalsBar uploader={uploader} canStart={canStart} />
            <ul className="lading-list" aria-label="Uploads">
              {uploads.map((upload) => (
                <UploadRow key={upload.id} upload={upload} />
              ))}
            </ul>
          </div>
        )}
        <LiveRegion />
      </section>
    </UploaderProvider>
  )
}
