import { expect } from 'storybook/test'
import { fileOf } from '../play/file-of.ts'
import { scenario } from './scenario.ts'

/** What is not taken is listed with every reason. */
export const restrictions = scenario(
  async (page) => {
    await expect(page.input()).toHaveAttribute('accept', 'image/*')
    page.drag(
      fileOf('sunset.png', 20_000, 'image/png'),
      fileOf('poster.png', 2_000_000, 'image/png'),
      fileOf('novel.txt', 3_000_000, 'text/plain'),
    )()
    await (await page.row('sunset.png')).reads('done')
    await page.until(() =>
      expect(page.rejections()).toEqual([
        'poster.png larger than 1.00\u00a0MB',
        'novel.txt not a kind of file that is taken here, larger than 1.00\u00a0MB',
      ]),
    )
    await expect(page.names()).toEqual(['sunset.png'])
  },
  { restrictions: { accept: 'image/*', maxFiles: 3, maxFileSizeBytes: 1_000_000 } },
)
