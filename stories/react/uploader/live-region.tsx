import { useAnnouncement } from '@lading/react'
import type { ReactElement } from 'react'

/** Says how uploading goes to those who do not see it, seldom enough to be listened to. */
export function LiveRegion(): ReactElement {
  return (
    <p className="lading-unseen" role="status">
      {useAnnouncement()}
    </p>
  )
}
