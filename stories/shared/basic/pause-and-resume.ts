import { expect } from 'storybook/test'
import { fileOf } from '../play/file-of.ts'
import { slowLine } from '../play/slow-line.ts'
import { comesBack } from './round-trip.ts'
import { optionsOn, scenario } from './scenario.ts'

const MiB = 1024 * 1024
const line = slowLine()

/** An upload is stopped on its way, one by one and all at once, and goes on to the same file. */
export const pauseAndResume = scenario(async (page) => {
  line.slow()
  const file = fileOf('backup.zip', 16 * MiB, 'application/zip')
  await page.choose(file)
  const row = await page.row(file.name)
  await row.reads('uploading')
  await page.until(() => expect(row.percent()).toBeGreaterThan(0))

  await row.press('Pause')
  await row.reads('paused')
  await expect(row.percent()).toBeLessThan(100)
  await expect(row.controls()).toEqual(['Resume', 'Cancel', 'Remove'])

  await page.press('Resume all')
  await row.reads('uploading')
  await page.press('Pause all')
  await row.reads('paused')

  line.free()
  await row.press('Resume')
  await comesBack(page, file)
}, optionsOn(line))
