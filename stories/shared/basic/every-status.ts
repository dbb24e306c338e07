import type { ChangeableOptions } from '@lading/core'
import { expect } from 'storybook/test'
import { fileOf } from '../play/file-of.ts'
import { slowLine } from '../play/slow-line.ts'
import type { UploaderPage } from '../play/uploader-page.ts'
import { optionsOn, scenario } from './scenario.ts'

const MiB = 1024 * 1024

const args: ChangeableOptions = {
  ...optionsOn(slowLine()),
  concurrency: { requests: 2, files: 1 },
  // More than the server takes, so that it refuses this one.
  metadata: ({ name }) => (name === 'diary.docx' ? { note: 'x'.repeat(100_000) } : {}),
}

async function bringAll(page: UploaderPage): Promise<void> {
  await page.choose(fileOf('letter.pdf', 48_000, 'application/pdf'))
  await (await page.row('letter.pdf')).reads('done')
  await page.choose(fileOf('diary.docx', 9_000))
  const failed = await page.row('diary.docx')
  await failed.reads('failed')
  await expect(failed.controls()).toEqual(['Retry', 'Cancel', 'Remove'])

  await page.choose(fileOf('holidays.zip', 8 * MiB), fileOf('interview.wav', 11 * MiB))
  const canceled = await page.row('holidays.zip')
  await canceled.press('Cancel')
  await canceled.reads('canceled')
  const paused = await page.row('interview.wav')
  await page.until(() => expect(paused.percent()).toBeGreaterThan(20))
  await paused.press('Pause')
  await paused.reads('paused')

  await page.choose(fileOf('lecture.mp4', 96 * MiB, 'video/mp4'), fileOf('photos.tar', 20 * MiB))
  const running = await page.row('lecture.mp4')
  await running.reads('uploading')
  await page.until(() => expect(running.percent()).toBeGreaterThan(2))
  await (await page.row('photos.tar')).reads('queued')
}

/** Uploads in every status that lasts, side by side. */
export const everyStatus = scenario(bringAll, args)
