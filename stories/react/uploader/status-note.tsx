import type { UploadState } from '@lading/react'
import type { ReactElement } from 'react'
import { countdownOf, noteOf } from '../../shared/note-of.ts'
import { useNow } from './use-now.ts'

/** What there is to say beside the status of an upload, counting down where it waits for a time. */
export function StatusNote({ state }: { state: UploadState }): ReactElement {
  return <span className="lading-note">{noteOf(state, useNow(countdownOf(state)))}</span>
}
