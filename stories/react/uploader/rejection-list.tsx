import type { Rejection, Uploader } from '@lading/react'
import { type ReactElement, useEffect, useState } from 'react'
import { rejectionText } from '../../shared/rejection-text.ts'

/** The files that were not taken, each with the reasons, until they are dismissed. */
export function RejectionList({ uploader }: { uploader: Uploader }): ReactElement | null {
  const [rejections, setRejections] = useState<readonly Rejection[]>([])
  useEffect(
    () => uploader.on('rejected', (event) => setRejections((before) => [...before, ...event.rejections])),
    [uploader],
  )
  if (rejections.length === 0) return null
  return (
    <section className="lading-rejections" aria-label="Files that were not added">
      <p className="lading-count">Not added</p>
      <button type="button" className="lading-button" onClick={() => setRejections([])}>
        Dismiss
      </button>
      <ul>
        {rejections.map(({ name, reasons }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rejections have no id and are only ever appended.
          <li key={index}>
            <bdi>{name}</bdi> <span className="lading-note">{rejectionText(reasons)}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}
