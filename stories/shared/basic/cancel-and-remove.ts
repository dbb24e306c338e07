import { expect } from 'storybook/test'
import { fileOf } from '../play/file-of.ts'
import { slowLine } from '../play/slow-line.ts'
import { optionsOn, scenario } from './scenario.ts'

const MiB = 1024 * 1024
const line = slowLine()

/** One upload is called off and one is taken off the list; the others do not notice. */
export const cancelAndRemove = scenario(async (page) => {
  line.slow()
  const files = ['canceled.bin', 'removed.bin', 'goes-on.bin'].map((name) => fileOf(name, 12 * MiB))
  await page.choose(...files)
  const canceled = await page.row('canceled.bin')
  await canceled.reads('uploading')

  await canceled.press('Cancel')
  await canceled.reads('canceled')
  await expect(canceled.controls()).toEqual(['Remove'])
  await page.until(() => expect(page.totals().files).toBe('2 files'))

  await (await page.row('removed.bin')).press('Remove')
  await page.until(() => expect(page.names()).toEqual(['canceled.bin', 'goes-on.bin']))
  await (await page.row('goes-on.bin')).reads('uploading')

  await canceled.press('Remove')
  await page.until(() => expect(page.names()).toEqual(['goes-on.bin']))
  await (await page.row('goes-on.bin')).press('Cancel')
  await page.press('Clear finished')
  await page.until(() => expect(page.names()).toEqual([]))
}, optionsOn(line))
