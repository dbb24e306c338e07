import { formUpload } from '@lading/protocols/form'
import { expect } from 'storybook/test'
import { comesBack } from '../basic/round-trip.ts'
import { type Scenario, scenario } from '../basic/scenario.ts'
import { fileOf } from '../play/file-of.ts'

/** What the server of this story answers. */
interface Stored {
  readonly name: string
  readonly url: string
  readonly folder?: string
}

/** A protocol for a server that takes multipart forms. */
export const protocol = formUpload({
  endpoint: '/forms',
  fields: { folder: 'inbox' },
  parseResponse: (reply) => reply.json() as Stored,
})

const MiB = 1024 * 1024

/** Each file goes whole, in one form, and comes back. */
export const roundTrip: Scenario = scenario(async (page) => {
  const files = [
    fileOf('empty.txt', 0, 'text/plain'),
    fileOf('résumé.pdf', 31_000, 'application/pdf'),
    fileOf('film.mp4', 5 * MiB + 3, 'video/mp4'),
  ]
  await page.choose(...files)
  for (const file of files) await comesBack(page, file)
  await page.until(() => expect(page.totals()).toMatchObject({ files: '3 files', percent: 100 }))
})
