import { type AnnouncerTexts, announcementOf, type Uploader } from '@lading/core'
import { type ComputedRef, computed, type MaybeRefOrGetter, toValue } from 'vue'
import { trackReadable } from './track-readable.ts'
import { found, uploaderIfAny } from './uploader-injection.ts'

/**
 * What to say of the uploads to those who cannot see them: the text of a visually hidden `<p role="status">`, in English
 * unless `texts` says otherwise.
 */
export function useAnnouncement(
  texts?: MaybeRefOrGetter<Partial<AnnouncerTexts> | undefined>,
  uploader?: MaybeRefOrGetter<Pick<Uploader, 'on' | 'store'> | undefined>,
): ComputedRef<string> {
  const provided = uploaderIfAny()
  const announcement = computed(() =>
    announcementOf(found('useAnnouncement', toValue(uploader) ?? provided), () => toValue(texts)),
  )
  return computed(trackReadable(() => announcement.value))
}
