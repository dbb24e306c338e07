import { type Upload, useUpload, useUploader } from '@lading/react'

export function Uploads() {
  const { uploads, getDropzoneProps, getInputProps } = useUploader({ endpoint: '/uploads' })
  return (
    <div {...getDropzoneProps()}>
      <input {...getInputProps({ 'aria-label': 'Choose files' })} />
      {uploads.map((upload) => (
        <Row key={upload.id} upload={upload} />
      ))}
    </div>
  )
}

function Row({ upload }: { upload: Upload }) {
  const state = useUpload(upload)
  return (
    <p>
      {state.name} <progress value={state.progress.ratio} />
      {state.status === 'failed' ? state.error.code : state.status}
      <button type="button" disabled={!upload.can('pause')} onClick={() => upload.pause()}>
        Pause
      </button>
    </p>
  )
}
