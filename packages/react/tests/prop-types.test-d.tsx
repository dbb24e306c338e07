import type { ReactElement } from 'react'
import { useUploader } from '../src/index.ts'

/** The props and commands go on elements as they are. */
export function Page(): ReactElement {
  const { getDropzoneProps, getInputProps, pause, clear } = useUploader({ endpoint: '/uploads' })
  return (
    <div
      {...getDropzoneProps({
        className: 'zone',
        noClick: true,
        onDrop: (event: React.DragEvent) => event.preventDefault(),
      })}
    >
      <input
        {...getInputProps({
          directory: true,
          id: 'files',
          onChange: (event: React.ChangeEvent) => event.target,
        })}
      />
      <button type="button" onClick={pause} />
      <button type="button" onClick={clear} />
    </div>
  )
}
