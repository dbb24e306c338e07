import { tus } from '@lading/protocols/tus'
import { expect } from 'storybook/test'
import { comesBack } from '../basic/round-trip.ts'
import { type Scenario, scenario } from '../basic/scenario.ts'
import { fileOf } from '../play/file-of.ts'

/** A protocol for a server that speaks tus 1.0. */
export const protocol = tus({ endpoint: '/tus-files' })

const MiB = 1024 * 1024

/** Files of no bytes, of a few and of several parts go to the server and come back, byte for byte. */
export const roundTrip: Scenario = scenario(
  async (page) => {
    const files = [
      fileOf('empty.txt', 0, 'text/plain'),
      // Names beyond Latin-1 go up as well, but this server (2.4.5) cannot answer a GET with one.
      fileOf('note Ålesund.txt', 11_000, 'text/plain'),
      fileOf('film.mp4', 5 * MiB + 3, 'video/mp4'),
    ]
    await page.choose(...files)
    for (const file of files) await comesBack(page, file)
    await page.until(() => expect(page.totals()).toMatchObject({ files: '3 files', percent: 100 }))
  },
  { chunkSizeBytes: MiB },
)
