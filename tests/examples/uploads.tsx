import { type Upload, useUpload, useUploader } from '@lading/react'

export function Uploads() {
  const { uploads, getDropzoneProps, getInputProps } = useUploader({ endpoint: '/uploads' })
  return (
    <div {...getDropzoneProps()}>
      <label>
        Choose files <input {...getInputProps()} />
      </label>
      <ul>
        {uploads.map((upload) => (
          <Row key={upload.id} upload={upload} />
        ))}
      </ul>
    </div>
  )
}

function Row({ upload }: { upload: Upload }) {
  const { name, status, progress } = useUpload(upload)
  return (
    <li>
      {name} <progress value={progress.ratio} /> {status}
    </li>
  )
}
