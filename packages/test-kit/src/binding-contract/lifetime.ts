import { expect, vi } from 'vitest'
import type { BindingAdapter } from './binding-adapter.ts'
import type { Contract } from './contract.ts'
import { controlledProtocol } from './controlled-protocol.ts'
import { fileOf } from './page-driver.ts'
import { setTheScene, sharedUploader, uploadsOf } from './scene.ts'

/** Who owns an uploader, and what becomes of it when the page goes. */
export const lifetimeContract: Contract = {
  lifetime: {
    async 'makes one uploader, and keeps it over renders'(adapter) {
      const { log, mounted, page, protocol } = await setTheScene(adapter)
      await page.pick(fileOf('a', 1))
      await mounted.update({ source: { protocol, integrity: false }, log })
      await page.reads('status', 'uploading', 'a')
      expect(log.uploaders.length).toBe(1)
    },

    async 'goes on when the framework mounts twice'(adapter) {
      const { page, land, log, protocol, uploader } = await setTheScene(adapter, { isStrict: true })
      const idle = vi.fn()
      uploader().on('status', ({ status }) => status === 'paused' && idle())
      await page.pick(fileOf('a', 40))
      await page.reads('status', 'uploading', 'a')
      await pastTheGrace(adapter)
      expect([idle.mock.calls.length, page.text('status', 'a')]).toEqual([0, 'uploading'])
      for (let part = 0; part < 40; part++) await land('a')
      await page.reads('status', 'done', 'a')
      expect(log.uploaders.at(-1)).toBe(uploader())
      expect(protocol.opened.size).toBe(1)
    },

    async 'pauses what it owns after the page has gone'(adapter) {
      const { page, mounted, uploader, protocol } = await setTheScene(adapter)
      await page.pick(fileOf('a', 2))
      await adapter.until(() => expect(protocol.waiting('a')).toBe(2))
      const [upload] = uploadsOf(uploader())
      await mounted.unmount()
      await adapter.until(() => expect(upload?.state.get().status).toBe('paused'))
      expect(protocol.waiting('a')).toBe(0)
    },

    async 'leaves a page that goes in the middle of an upload without a warning'(adapter) {
      const warnings = [vi.spyOn(console, 'error'), vi.spyOn(console, 'warn')]
      const { page, mounted, uploader, protocol, land } = await setTheScene(adapter)
      await page.pick(fileOf('a', 3))
      await land('a')
      await page.reads('landed', '10', 'a')
      const [upload] = uploadsOf(uploader())
      await mounted.unmount()
      protocol.land('a')
      await adapter.until(() => expect(upload?.state.get().progress.landedBytes).toBe(20))
      await adapter.until(() => expect(upload?.state.get().status).toBe('paused'))
      expect(warnings.flatMap((spy) => spy.mock.calls)).toEqual([])
      for (const spy of warnings) spy.mockRestore()
    },

    async 'lets an uploader that was handed in go on after the page has gone'(adapter) {
      const protocol = controlledProtocol()
      const source = sharedUploader(protocol)
      const { page, mounted, land } = await setTheScene(adapter, { protocol, source })
      await page.pick(fileOf('a', 1))
      await page.reads('status', 'uploading', 'a')
      const [upload] = uploadsOf(source)
      await mounted.unmount()
      await pastTheGrace(adapter)
      await land('a')
      expect(await upload?.settled()).toMatchObject({ how: 'uploaded', result: { stored: 'a' } })
    },

    async 'shows the same uploads when a page of the same uploader is mounted anew'(adapter) {
      const protocol = controlledProtocol()
      const source = sharedUploader(protocol)
      const first = await setTheScene(adapter, { protocol, source })
      await first.page.pick(fileOf('a', 2))
      await first.land('a')
      await first.page.reads('landed', '10', 'a')
      await first.mounted.unmount()
      const second = await setTheScene(adapter, { protocol, source })
      expect([second.page.rows(), second.page.text('landed', 'a')]).toEqual([['a'], '10'])
      await second.land('a')
      await second.page.reads('status', 'done', 'a')
    },

    async 'shows the same on two pages of one uploader'(adapter) {
      const protocol = controlledProtocol()
      const source = sharedUploader(protocol)
      const one = await setTheScene(adapter, { protocol, source })
      const other = await setTheScene(adapter, { protocol, source })
      await one.page.pick(fileOf('a', 2))
      await one.land('a')
      for (const { page } of [one, other]) {
        await page.reads('landed', '10', 'a')
        await page.reads('totals', '10 of 20 in 1')
      }
      await other.page.click('cancel', 'a')
      await one.page.reads('status', 'canceled', 'a')
    },
  },
}

/**
 * Waits until an uploader that nobody looks at any more would have paused: another one, left alone later, has.
 */
async function pastTheGrace(adapter: BindingAdapter): Promise<void> {
  const canary = sharedUploader(controlledProtocol())
  const { added } = await canary.add(fileOf('canary', 1))
  canary.attach()()
  await adapter.until(() => expect(added[0]?.state.get().status).toBe('paused'))
  canary.dispose()
}
