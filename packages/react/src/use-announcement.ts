'use client'

import { type AnnouncerTexts, announcementOf, type Uploader } from '@lading/core'
import { useEffect, useMemo, useState } from 'react'
import { found, useProvidedUploader } from './uploader-context.ts'
import { useReadable } from './use-readable.ts'

/**
 * What to say of the uploads to those who cannot see them: the text of a visually hidden `<p role="status">`, in English
 * unless `texts` says otherwise.
 */
export function useAnnouncement(
  texts?: Partial<AnnouncerTexts>,
  uploader?: Pick<Uploader, 'on' | 'store'>,
): string {
  const provided = useProvidedUploader()
  const spoken = found('useAnnouncement', uploader ?? provided)
  const [given] = useState(() => new Map([['texts', texts]]))
  useEffect(() => void given.set('texts', texts))
  const announcement = useMemo(() => announcementOf(spoken, () => given.get('texts')), [spoken, given])
  return useReadable(
    announcement,
    () => announcement.get(),
    () => '',
  )
}
