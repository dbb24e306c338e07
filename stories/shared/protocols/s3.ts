import { s3 } from '@lading/protocols/s3'
import { expect } from 'storybook/test'
import { pauseAndResume as pausedAndResumed } from '../basic/pause-and-resume.ts'
import { comesBack } from '../basic/round-trip.ts'
import { type PlayContext, type Scenario, scenario } from '../basic/scenario.ts'
import { fileOf } from '../play/file-of.ts'
import { uploaderPage } from '../play/uploader-page.ts'

const MiB = 1024 * 1024

/** A protocol for a bucket, with each request signed by the backend at `/s3`. */
export const protocol = s3({ endpoint: '/s3', singlePutBytes: MiB })

/** Files of one PUT and of several parts go straight to the bucket and come back. */
export const roundTrip: Scenario = whereThereIsABucket(
  scenario(async (page) => {
    const files = [
      fileOf('empty.txt', 0, 'text/plain'),
      fileOf('note – Ålesund.txt', 11_000, 'text/plain'),
      fileOf('film.mp4', 11 * MiB + 3, 'video/mp4'),
    ]
    await page.choose(...files)
    for (const file of files) await comesBack(page, file)
    await page.until(() => expect(page.totals()).toMatchObject({ files: '3 files', percent: 100 }))
  }),
)

/** Parts that have landed stay in the bucket over a pause. */
export const pauseAndResume: Scenario = whereThereIsABucket(pausedAndResumed)

/** On a machine without an S3 engine an upload says so. */
function whereThereIsABucket({ args, play }: Scenario): Scenario {
  const saysSo = async ({ canvasElement }: PlayContext): Promise<void> => {
    const page = uploaderPage(canvasElement)
    await page.choose(fileOf('note.txt', 1000, 'text/plain'))
    await (await page.row('note.txt')).reads('failed')
  }
  return {
    args: { ...args, retry: { attempts: 3, baseDelayMs: 100 } },
    play: async (context) => {
      const { status } = await fetch('/s3')
      await (status === 503 ? saysSo : play)(context)
    },
  }
}
