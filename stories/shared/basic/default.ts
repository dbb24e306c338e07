import { expect } from 'storybook/test'
import { scenario } from './scenario.ts'

/** Empty, and ready for whatever a person does. */
export const startsEmpty = scenario(async (page) => {
  await expect(page.input()).toBeEnabled()
  await expect(page.input()).toHaveAttribute('type', 'file')
  await expect(page.input()).toHaveAttribute('multiple')
  await expect(page.dropzone()).toBeVisible()
  await expect(page.names()).toEqual([])
  await expect(page.root).toHaveTextContent('No files yet')
})
