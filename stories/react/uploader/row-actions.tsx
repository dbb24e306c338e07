import type { Upload, UploadState } from '@lading/react'
import type { ReactElement } from 'react'
import type { LinkedResult } from '../../shared/linked-result.ts'
import { nameId, rowCommands } from '../../shared/row-commands.ts'

/** What can be done with one upload, by the keyboard, too: the first button stays and changes its text. */
export function RowActions({
  upload,
  state,
}: {
  upload: Upload<LinkedResult>
  state: UploadState<LinkedResult>
}): ReactElement {
  const { main, cancel } = rowCommands(upload)
  const about = nameId(upload)
  return (
    <div className="lading-actions">
      {state.status === 'done' && (
        <a className="lading-button" href={state.result.url} download={state.name} aria-describedby={about}>
          Download
        </a>
      )}
      {main && (
        <button
          type="button"
          className="lading-button"
          aria-describedby={about}
          onClick={() => upload[main.command]()}
        >
          {main.text}
        </button>
      )}
      {cancel && (
        <button
          type="button"
          className="lading-button"
          aria-describedby={about}
          onClick={() => upload.cancel()}
        >
          Cancel
        </button>
      )}
      <button
        type="button"
        className="lading-button lading-remove"
        title="Remove"
        aria-describedby={about}
        onClick={() => upload.remove()}
      >
        <span className="lading-unseen">Remove</span>
      </button>
    </div>
  )
}
