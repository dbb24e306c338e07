import { type NativeUploaderOptions, useUploader } from '@lading/react'
import type { ReactElement } from 'react'
import { UploaderView } from './uploader-view.tsx'

/** Everything `useUploader` gives, on Lading's own server. */
export function FileUploader(options: NativeUploaderOptions): ReactElement {
  return <UploaderView {...useUploader(options)} canStart={options.autoStart === false} />
}
