import type { Readable } from '../api/readable.ts'
import type { Uploader } from '../api/uploader.ts'
import {
  type Announcer,
  type AnnouncerTexts,
  createAnnouncer,
  englishAnnouncements,
} from '../ui/announcer.ts'
import { steadyCopy } from './steady-copy.ts'

/**
 * What an announcer says of an uploader: it listens while somebody listens to it, and is silent before.
 *
 * `texts` is asked each time something is said, so that it may be written inline in a component.
 */
export function announcementOf(
  uploader: Pick<Uploader, 'on' | 'store'>,
  texts: () => Partial<AnnouncerTexts> | undefined,
): Readable<string> {
  const steady = steadyCopy(englishAnnouncements, () => ({ ...englishAnnouncements, ...texts() }))
  let announcer: Announcer | undefined
  let listeners = 0
  return {
    get: () => announcer?.text.get() ?? '',
    subscribe(listener) {
      announcer ??= createAnnouncer(uploader, { texts: steady as AnnouncerTexts })
      const subscription = announcer.text.subscribe(listener)
      listeners++
      return {
        unsubscribe() {
          subscription.unsubscribe()
          if (--listeners > 0) return
          announcer?.dispose()
          announcer = undefined
        },
      }
    },
  }
}
