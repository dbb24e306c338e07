import type { DropzoneProps, FileInputProps } from '@lading/react'
import type { ReactElement } from 'react'

/** Where files are dropped, with the button that opens the file dialog. */
export function DropArea({
  isDragOver,
  zone,
  input,
}: {
  isDragOver: boolean
  zone: DropzoneProps
  input: FileInputProps
}): ReactElement {
  return (
    <div className="lading-dropzone" data-drag-over={isDragOver} {...zone}>
      <p className="lading-invitation">{isDragOver ? 'Let go to add them' : 'Drop files or folders here'}</p>
      <label className="lading-button lading-choose">
        Choose files
        <input className="lading-unseen" {...input} />
      </label>
    </div>
  )
}
