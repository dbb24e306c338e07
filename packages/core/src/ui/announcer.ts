import type { Readable } from '../api/readable.ts'
import type { Totals, Uploader, UploaderState } from '../api/uploader.ts'
import { systemClock } from '../platform/system-clock.ts'
import type { Clock } from '../ports/clock.ts'
import type { Metadata } from '../ports/protocol.ts'
import { createSpeaker } from './speaker.ts'

/** What is said, and in which language. */
export interface AnnouncerTexts {
  /** With how many files, those that wait included. */
  started(files: number): string
  /** At each quarter. */
  progress(percent: number): string
  failed(name: string): string
  /** When nothing is under way any more. */
  finished(uploaded: number, failed: number): string
  rejected(files: number): string
}

/** The English texts. */
export const englishAnnouncements: AnnouncerTexts = {
  started: (files) => `Uploading ${count(files)}`,
  progress: (percent) => `${percent} percent uploaded`,
  failed: (name) => `${name} could not be uploaded`,
  finished: (uploaded, failed) => `${count(uploaded)} uploaded${failed ? `, ${failed} failed` : ''}`,
  rejected: (files) => `${count(files)} not accepted`,
}

const count = (files: number): string => `${files} ${files === 1 ? 'file' : 'files'}`

/** What a page says of its uploads to those who cannot see them. */
export interface Announcer {
  /** The text of a polite live region, such as an element with `role="status"`; empty at first. */
  readonly text: Readable<string>
  dispose(): void
}

/** What an announcer may be given. */
export interface AnnouncerOptions {
  /** Texts to say instead of the English ones. */
  readonly texts?: Partial<AnnouncerTexts>
  /** The least time between two texts; the last of those that come in between is said. @default 1_000 */
  readonly gapMs?: number
  /** @default the clock of this platform */
  readonly clock?: Clock
}

/** From when something gets under way until nothing is any more. */
interface Stretch {
  readonly ids: Set<string>
  /** The bytes that had been sent before it. */
  readonly sentBefore: number
  quarter: number
}

/** Says when uploading starts, each quarter, what failed and how it ended: seldom enough to be listened to. */
export function createAnnouncer<Result, Meta extends Metadata>(
  uploader: Pick<Uploader<Result, Meta>, 'on' | 'store'>,
  { texts, gapMs = 1000, clock = systemClock }: AnnouncerOptions = {},
): Announcer {
  const say = { ...englishAnnouncements, ...texts }
  const speaker = createSpeaker(clock, gapMs)
  const { store } = uploader
  let stretch: Stretch | undefined
  const subscription = store.subscribe(({ totals }) => {
    if (!stretch) return
    const quarter = quarterOf(totals, stretch)
    // Goes back in silence where files were added meanwhile.
    if (quarter > stretch.quarter && quarter < 4) speaker.say(say.progress(quarter * 25), true)
    stretch.quarter = quarter
  })
  const offs = [
    uploader.on('status', ({ upload, status }) => {
      if (status !== 'preparing') return
      if (!stretch) {
        const { counts, totals } = store.get()
        stretch = { ids: new Set(), sentBefore: totals.sentBytes, quarter: 0 }
        speaker.say(say.started(underWay(counts)))
      }
      stretch.ids.add(upload.id)
    }),
    uploader.on('failed', ({ upload }) => speaker.say(say.failed(upload.name))),
    uploader.on('rejected', ({ rejections }) => speaker.say(say.rejected(rejections.length))),
    uploader.on('settled', ({ outcomes }) => {
      const hows = outcomes.filter(({ upload }) => stretch?.ids.has(upload.id)).map(({ how }) => how)
      const failed = hows.filter((how) => how === 'failed').length
      const uploaded = hows.filter((how) => how === 'uploaded' || how === 'instant').length
      stretch = undefined
      if (uploaded + failed > 0) speaker.say(say.finished(uploaded, failed))
    }),
  ]
  return {
    text: speaker.text,
    dispose() {
      for (const off of offs) off()
      subscription.unsubscribe()
      speaker.hush()
    },
  }
}

function quarterOf({ sentBytes, totalBytes }: Totals, { sentBefore }: Stretch): number {
  return totalBytes > sentBefore ? Math.floor((4 * (sentBytes - sentBefore)) / (totalBytes - sentBefore)) : 0
}

function underWay({ done, failed, canceled, paused, following, ...counts }: UploaderState['counts']): number {
  return Object.values(counts).reduce((sum, files) => sum + files, 0)
}
