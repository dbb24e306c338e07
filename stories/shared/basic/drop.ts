import { expect } from 'storybook/test'
import { fileOf } from '../play/file-of.ts'
import { comesBack } from './round-trip.ts'
import { scenario } from './scenario.ts'

/** Files are dragged over the zone, which says so, and dropped. */
export const drop = scenario(async (page) => {
  const files = [fileOf('map.svg', 42_000, 'image/svg+xml'), fileOf('route.gpx', 7_000)]
  const letGo = page.drag(...files)
  await page.until(() => expect(page.dropzone()).toHaveTextContent('Let go to add them'))
  letGo()
  await page.until(() => expect(page.dropzone()).toHaveTextContent('Drop files or folders here'))
  for (const file of files) await comesBack(page, file)
})
