import { expect, vi } from 'vitest'
import type { Contract } from './contract.ts'
import { fileOf } from './page-driver.ts'
import { setTheScene } from './scene.ts'

/** How files get on the page's list. */
export const addingContract: Contract = {
  adding: {
    async 'adds the files that are picked in the input, in order'(adapter) {
      const { page } = await setTheScene(adapter)
      await page.pick(fileOf('a', 1), fileOf('b', 1))
      await adapter.until(() => expect(page.rows()).toEqual(['a', 'b']))
      await page.pick(fileOf('c', 1))
      await adapter.until(() => expect(page.rows()).toEqual(['a', 'b', 'c']))
    },

    async 'adds the files that are dropped'(adapter) {
      const { page } = await setTheScene(adapter)
      await page.drag('dragenter', fileOf('a', 1))
      await page.drag('drop', fileOf('a', 1))
      await adapter.until(() => expect(page.rows()).toEqual(['a']))
    },

    async 'says while something is dragged over the dropzone, and renders no row for it'(adapter) {
      const { page, log } = await setTheScene(adapter)
      await page.pick(fileOf('a', 1))
      await page.reads('status', 'uploading', 'a')
      const rowRenders = log.count('a')
      await page.drag('dragenter', fileOf('b', 1))
      await page.reads('dragging', 'over')
      await page.drag('dragleave')
      await page.reads('dragging', 'away')
      expect(log.count('a')).toBe(rowRenders)
    },

    async "calls the page's own listeners beside its own"(adapter) {
      const onDrop = vi.fn()
      const onChange = vi.fn()
      const { page } = await setTheScene(adapter, { onDrop, onChange })
      await page.drag('drop', fileOf('a', 1))
      await page.pick(fileOf('b', 1))
      await adapter.until(() => expect(page.rows()).toEqual(['a', 'b']))
      expect([onDrop.mock.calls.length, onChange.mock.calls.length]).toEqual([1, 1])
    },

    async 'leaves a drop alone that the page has handled itself'(adapter) {
      const { page } = await setTheScene(adapter, { onDrop: (event) => event.preventDefault() })
      await page.drag('drop', fileOf('a', 1))
      await page.pick(fileOf('b', 1))
      await adapter.until(() => expect(page.rows()).toEqual(['b']))
    },
  },
}
