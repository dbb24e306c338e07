import { type NativeUploaderOptions, UploaderProvider, useUploader } from '@lading/react'
import type { ReactElement } from 'react'
import { useRef } from 'react'
import { DropArea } from './drop-area.tsx'
import { LiveRegion } from './live-region.tsx'
import { RejectionList } from './rejection-list.tsx'
import { TotalsBar } from './totals-bar.tsx'
import { UploadRow } from './upload-row.tsx'
import { useKeptFocus } from './use-kept-focus.ts'

/** A drop zone, totals and a list of uploads: everything `useUploader` gives, with markup of this story's own. */
export function FileUploader(options: NativeUploaderOptions): ReactElement {
  const { uploads, uploader, isDragOver, getDropzoneProps, getInputProps } = useUploader(options)
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
            <TotalsBar uploader={uploader} canStart={options.autoStart === false} />
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
