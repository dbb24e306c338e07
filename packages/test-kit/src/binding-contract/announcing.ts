import { expect } from 'vitest'
import type { Contract } from './contract.ts'
import { controlledProtocol } from './controlled-protocol.ts'
import { drive, fileOf } from './page-driver.ts'
import { sharedUploader } from './scene.ts'

/** What is said to those who cannot see the page. */
export const announcingContract: Contract = {
  useAnnouncement: {
    async 'says when uploading starts and how it ended'(adapter) {
      const protocol = controlledProtocol()
      const uploader = sharedUploader(protocol)
      const page = drive(adapter, await adapter.mountAnnouncement({ uploader }))
      expect(page.text('announcement')).toBe('')
      await adapter.act(() => void uploader.add(fileOf('a', 1)))
      await page.reads('announcement', 'Uploading 1 file')
      await adapter.until(() => expect(protocol.waiting('a')).toBe(1))
      await adapter.act(() => protocol.land('a'))
      await page.reads('announcement', '1 file uploaded')
    },

    async 'speaks with the texts that were given last'(adapter) {
      const uploader = sharedUploader(controlledProtocol())
      const mounted = await adapter.mountAnnouncement({ uploader, texts: { started: () => 'old' } })
      await mounted.update({ uploader, texts: { started: (files) => `Es geht los: ${files}` } })
      await adapter.act(() => void uploader.add(fileOf('a', 1)))
      await drive(adapter, mounted).reads('announcement', 'Es geht los: 1')
    },
  },
}
