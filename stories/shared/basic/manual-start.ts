import { expect } from 'storybook/test'
import { fileOf } from '../play/file-of.ts'
import { comesBack } from './round-trip.ts'
import { scenario } from './scenario.ts'

/** Added files wait until they are started, one by one or all at once. */
export const manualStart = scenario(
  async (page) => {
    const [first, second] = [fileOf('first.txt', 30_000), fileOf('second.txt', 20_000)] as const
    await page.choose(first, second)
    const waiting = await page.row(second.name)
    await (await page.row(first.name)).press('Start')
    await comesBack(page, first)
    await waiting.reads('queued')
    await expect(waiting.element).toHaveTextContent('until you start it')
    await page.press('Start all')
    await comesBack(page, second)
    // Left for whoever opens the story.
    await page.choose(fileOf('third.txt', 10_000))
    await (await page.row('third.txt')).reads('queued')
  },
  { autoStart: false },
)
