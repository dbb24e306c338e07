import { createAnnouncer, type Uploader } from '@lading/react'
import { type ReactElement, useEffect, useState } from 'react'

/** Says how uploading goes to those who do not see it, seldom enough to be listened to. */
export function LiveRegion({ uploader }: { uploader: Uploader }): ReactElement {
  const [text, setText] = useState('')
  useEffect(() => {
    const announcer = createAnnouncer(uploader)
    announcer.text.subscribe(setText)
    return () => announcer.dispose()
  }, [uploader])
  return (
    <p className="lading-unseen" role="status">
      {text}
    </p>
  )
}
