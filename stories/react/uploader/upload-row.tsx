import { type Upload, useUpload } from '@lading/react'
import { memo, type ReactElement } from 'react'
import { fileKind } from '../../shared/file-kind.ts'
import type { LinkedResult } from '../../shared/linked-result.ts'
import { canMove, progressPicture } from '../../shared/progress-picture.ts'
import { nameId } from '../../shared/row-commands.ts'
import { statusText } from '../../shared/status-text.ts'
import { ProgressBar } from './progress-bar.tsx'
import { RowActions } from './row-actions.tsx'
import { StatusNote } from './status-note.tsx'

/** One upload. Renders again when this upload changes, and not when another one does. */
export const UploadRow = memo(function UploadRow({ upload }: { upload: Upload<LinkedResult> }): ReactElement {
  const state = useUpload(upload)
  const { bytes, percent, speed, left, ...bar } = progressPicture(state.progress, canMove(state))
  return (
    <li className="lading-row" data-status={state.status} aria-labelledby={nameId(upload)}>
      <span className="lading-kind" aria-hidden="true">
        {fileKind(state.name)}
      </span>
      <span className="lading-name" id={nameId(upload)} title={state.name}>
        {state.name}
      </span>
      <ProgressBar labelledBy={nameId(upload)} percent={percent} {...bar} />
      <div className="lading-facts">
        <span className="lading-status">{statusText[state.status]}</span>
        <StatusNote state={state} />
        <span className="lading-number lading-speed">{speed}</span>
        <span className="lading-number lading-left">{left}</span>
        <span className="lading-number lading-bytes">{bytes}</span>
        <span className="lading-number lading-percent">{`${percent}%`}</span>
      </div>
      <RowActions upload={upload} state={state} />
    </li>
  )
})
