import { expect } from 'storybook/test'
import { fileOf } from '../play/file-of.ts'
import { sha256 } from '../play/sha-256.ts'
import type { UploaderPage } from '../play/uploader-page.ts'
import { scenario } from './scenario.ts'

const MiB = 1024 * 1024

/** Files of no bytes, of a few and of several chunks go to the server and come back, byte for byte. */
export const roundTrip = scenario(
  async (page) => {
    const files = [
      fileOf('empty.txt', 0, 'text/plain'),
      fileOf('note.txt', 11_000, 'text/plain'),
      fileOf('film – Ålesund 2026.mp4', 5 * MiB + 3, 'video/mp4'),
    ]
    await page.choose(...files)
    await page.until(() => expect(page.names()).toEqual(files.map(({ name }) => name)))
    for (const file of files) await comesBack(page, file)
    await page.until(() => expect(page.totals()).toMatchObject({ files: '3 files', percent: 100 }))
    await page.says('3 files uploaded')
    await page.press('Clear finished')
    await page.until(() => expect(page.names()).toEqual([]))
    await expect(page.input()).toHaveFocus()
  },
  { chunkSizeBytes: MiB },
)

/** Waits until a file is there, and holds what the server has of it against it. */
export async function comesBack(page: UploaderPage, file: File): Promise<void> {
  const row = await page.row(file.name)
  await row.reads('done')
  await expect(row.percent()).toBe(100)
  await expect(row.controls()).toEqual(['Download', 'Remove'])
  const stored = await row.download()
  await expect([stored.size, await sha256(stored)]).toEqual([file.size, await sha256(file)])
}
