import { expect, userEvent } from 'storybook/test'
import { fileOf } from '../play/file-of.ts'
import { slowLine } from '../play/slow-line.ts'
import { optionsOn, scenario } from './scenario.ts'

const MiB = 1024 * 1024
const line = slowLine()

/** Everything is reached and done by the keyboard, which never loses its place. */
export const keyboardOnly = scenario(async (page) => {
  line.slow()
  page.input().blur()
  await userEvent.tab()
  await expect(page.input()).toHaveFocus()

  await page.choose(
    fileOf('slides.pdf', 32 * MiB, 'application/pdf'),
    fileOf('notes.txt', 2_000, 'text/plain'),
  )
  const row = await page.row('slides.pdf')
  await row.reads('uploading')
  for (const name of ['Pause all', 'Resume all', 'Clear finished', 'Pause']) {
    await userEvent.tab()
    await expect(page.focused()).toHaveAccessibleName(name)
  }

  await userEvent.keyboard('{Enter}')
  await row.reads('paused')
  await expect(page.focused()).toHaveAccessibleName('Resume')
  await userEvent.keyboard(' ')
  await row.reads('uploading')
  await expect(page.focused()).toHaveAccessibleName('Pause')

  await userEvent.tab()
  await userEvent.keyboard('{Enter}')
  await row.reads('canceled')
  await page.until(() => expect(page.focused()).toBe(row.control('Remove')))

  const next = await page.row('notes.txt')
  await next.reads('done')
  await userEvent.keyboard('{Enter}')
  await page.until(() => expect(page.focused()).toBe(next.control('Remove')))
  await userEvent.keyboard('{Enter}')
  await page.until(() => expect(page.input()).toHaveFocus())
}, optionsOn(line))
