import { expect } from 'vitest'
import type { Contract } from './contract.ts'
import { fileOf } from './page-driver.ts'
import { setTheScene } from './scene.ts'

/** What rows and totals show of uploads, and what commands do to them. */
export const followingContract: Contract = {
  following: {
    async 'shows each status and byte of an upload up to its end'(adapter) {
      const { page, land } = await setTheScene(adapter)
      await page.pick(fileOf('a', 2))
      await page.reads('status', 'uploading', 'a')
      await page.reads('totals', '0 of 20 in 1')
      await land('a')
      await page.reads('landed', '10', 'a')
      await page.reads('totals', '10 of 20 in 1')
      await land('a')
      await page.reads('status', 'done', 'a')
      await page.reads('totals', '20 of 20 in 1')
    },

    async 'pauses and resumes one upload and leaves the others alone'(adapter) {
      const { page, land, protocol } = await setTheScene(adapter)
      await page.pick(fileOf('a', 2), fileOf('b', 2))
      await page.reads('status', 'uploading', 'b')
      await page.click('pause', 'a')
      await page.reads('status', 'paused', 'a')
      expect(page.text('status', 'b')).toBe('uploading')
      await adapter.until(() => expect(protocol.waiting('a')).toBe(0))
      await page.click('resume', 'a')
      await page.reads('status', 'uploading', 'a')
      await land('a')
      await page.reads('landed', '10', 'a')
    },

    async 'shows why an upload failed, and tries it again'(adapter) {
      const { page, land, protocol } = await setTheScene(adapter)
      await page.pick(fileOf('a', 1))
      await adapter.until(() => expect(protocol.waiting('a')).toBe(1))
      await adapter.act(() => protocol.fail('a'))
      await page.reads('status', 'failed forbidden', 'a')
      await page.click('retry', 'a')
      await page.reads('status', 'uploading', 'a')
      await land('a')
      await page.reads('status', 'done', 'a')
    },

    async 'cancels one upload, and takes another off the list'(adapter) {
      const { page } = await setTheScene(adapter)
      await page.pick(fileOf('a', 1), fileOf('b', 1))
      await page.reads('status', 'uploading', 'b')
      await page.click('cancel', 'a')
      await page.reads('status', 'canceled', 'a')
      await page.click('remove', 'b')
      await adapter.until(() => expect(page.rows()).toEqual(['a']))
    },

    async 'takes a command as a click handler as it is: it is for all uploads'(adapter) {
      const { page } = await setTheScene(adapter)
      await page.pick(fileOf('a', 1), fileOf('b', 1))
      await page.reads('status', 'uploading', 'b')
      await page.click('pause')
      await page.reads('status', 'paused', 'a')
      await page.reads('status', 'paused', 'b')
      await page.click('resume')
      await page.reads('status', 'uploading', 'a')
      await page.click('cancel')
      await page.reads('status', 'canceled', 'b')
      await page.click('clear')
      await adapter.until(() => expect(page.rows()).toEqual([]))
      await page.reads('totals', '0 of 0 in 0')
    },

    async 'holds uploads until they are started, where they do not start by themselves'(adapter) {
      const { page, uploader } = await setTheScene(adapter)
      await adapter.act(() => uploader().setOptions({ autoStart: false }))
      await page.pick(fileOf('a', 1))
      await page.reads('status', 'queued', 'a')
      await page.click('start')
      await page.reads('status', 'uploading', 'a')
    },
  },
}
