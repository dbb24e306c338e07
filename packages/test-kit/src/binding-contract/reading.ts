import type { Uploader, UploaderState } from '@lading/core'
import { expect, vi } from 'vitest'
import type { Contract } from './contract.ts'
import { type ControlledResult, controlledProtocol } from './controlled-protocol.ts'
import { drive, fileOf } from './page-driver.ts'
import { recordPage } from './page-log.ts'
import { sharedUploader, uploadsOf } from './scene.ts'

/** Reading one upload by id, the aggregate, and selections of it. */
export const readingContract: Contract = {
  'useUpload by id': {
    async 'follows the id to another upload'(adapter) {
      const uploader = await withUploads('a', 'b')
      const [a, b] = uploadsOf(uploader)
      const log = recordPage()
      const mounted = await adapter.mountById({ uploadOrId: a?.id, uploader, log })
      const page = drive(adapter, mounted)
      await page.reads('by-id', 'queued')
      await mounted.update({ uploadOrId: b?.id, uploader, log })
      await adapter.act(() => b?.cancel())
      await page.reads('by-id', 'canceled')
      log.since()
      await adapter.act(() => a?.cancel())
      await adapter.until(() => expect(uploader.store.get().counts.canceled).toBe(2))
      expect(log.since()).toEqual({})
    },

    async 'is nothing without an id, and after the upload was removed'(adapter) {
      const uploader = await withUploads('a')
      const [a] = uploadsOf(uploader)
      const log = recordPage()
      const mounted = await adapter.mountById({ uploadOrId: undefined, uploader, log })
      const page = drive(adapter, mounted)
      expect(page.text('by-id')).toBe('none')
      await mounted.update({ uploadOrId: a?.id, uploader, log })
      await page.reads('by-id', 'queued')
      await adapter.act(() => a?.remove())
      await page.reads('by-id', 'none')
    },

    async "looks the id up in the provider's uploader"(adapter) {
      const provided = await withUploads('a')
      const [a] = uploadsOf(provided)
      const mounted = await adapter.mountById({ uploadOrId: a?.id, log: recordPage() }, { provided })
      expect(drive(adapter, mounted).text('by-id')).toBe('queued')
    },

    async 'keeps the last state of a handle that was removed, and needs no uploader for it'(adapter) {
      const uploader = await withUploads('a')
      const [a] = uploadsOf(uploader)
      const mounted = await adapter.mountById({ uploadOrId: a, log: recordPage() })
      await adapter.act(() => a?.remove())
      await drive(adapter, mounted).reads('by-id', 'canceled')
    },
  },

  useUploaderSelector: {
    async 'renders again only when the selection changed'(adapter) {
      const uploader = await withUploads('a', 'b')
      const log = recordPage()
      const mounted = await adapter.mountSelected({
        selector: (state) => state.counts.canceled,
        uploader,
        log,
      })
      const page = drive(adapter, mounted)
      log.since()
      await adapter.act(() => uploader.pause())
      await adapter.until(() => expect(uploader.store.get().counts.paused).toBe(2))
      await adapter.act(() => uploadsOf(uploader)[0]?.cancel())
      await page.reads('selected', '1')
      expect(log.since()).toEqual({ selected: 1 })
    },

    async 'compares selections that are made anew each time'(adapter) {
      const uploader = await withUploads('a', 'b')
      const log = recordPage()
      const selector = ({ counts }: UploaderState) => ({ canceled: counts.canceled })
      const compare = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other)
      const mounted = await adapter.mountSelected({ selector, compare, uploader, log })
      const page = drive(adapter, mounted)
      log.since()
      await adapter.act(() => uploader.pause())
      await adapter.until(() => expect(uploader.store.get().counts.paused).toBe(2))
      await adapter.act(() => uploadsOf(uploader)[0]?.cancel())
      await page.reads('selected', '{"canceled":1}')
      expect(log.since()).toEqual({ selected: 1 })
    },

    async 'watches one uploader at a time, and none after the page has gone'(adapter) {
      const [one, other] = [counted(await withUploads('a')), counted(await withUploads('b', 'c'))]
      const selector = ({ ids }: UploaderState) => ids.length
      const log = recordPage()
      const mounted = await adapter.mountSelected({ selector, uploader: one.uploader, log })
      expect([one.watchers(), other.watchers()]).toEqual([1, 0])
      await mounted.update({ selector, uploader: other.uploader, log })
      expect(drive(adapter, mounted).text('selected')).toBe('2')
      expect([one.watchers(), other.watchers()]).toEqual([0, 1])
      await mounted.unmount()
      expect([one.watchers(), other.watchers()]).toEqual([0, 0])
    },

    async 'uses the selector that was given last'(adapter) {
      const uploader = await withUploads('a', 'b')
      const log = recordPage()
      const mounted = await adapter.mountSelected({ selector: ({ ids }) => ids.length, uploader, log })
      await mounted.update({ selector: ({ ids }) => ids.length * 10, uploader, log })
      expect(drive(adapter, mounted).text('selected')).toBe('20')
    },
  },

  'a missing uploader': {
    async 'is told by useTotals'(adapter) {
      await refusal(() => adapter.mountTotals())
    },

    async 'is told by useUploaderSelector'(adapter) {
      await refusal(() => adapter.mountSelected({ selector: () => 1, log: recordPage() }))
    },

    async 'is told by useUpload with an id'(adapter) {
      await refusal(() => adapter.mountById({ uploadOrId: 'some-id', log: recordPage() }))
    },
  },
}

/** An uploader with files that wait to be started. */
async function withUploads(...names: readonly string[]): Promise<Uploader<ControlledResult>> {
  const uploader = sharedUploader(controlledProtocol())
  uploader.setOptions({ autoStart: false })
  await uploader.add(names.map((name) => fileOf(name, 1)))
  return uploader
}

/** The part of an uploader that is selected from, counting who watches it. */
function counted({ store }: Uploader): { uploader: Pick<Uploader, 'store'>; watchers(): number } {
  let watchers = 0
  const subscribe: typeof store.subscribe = (listener) => {
    const subscription = store.subscribe(listener)
    watchers++
    return {
      unsubscribe() {
        subscription.unsubscribe()
        watchers--
      },
    }
  }
  return { uploader: { store: { get: () => store.get(), subscribe } }, watchers: () => watchers }
}

/** Mounting fails with advice; that frameworks also log it is no matter. */
async function refusal(mount: () => Promise<unknown>): Promise<void> {
  const muted = [vi.spyOn(console, 'error'), vi.spyOn(console, 'warn')].map((spy) =>
    spy.mockImplementation(() => {}),
  )
  await expect(mount()).rejects.toThrow(/to be given an uploader, or to be called (below|where)/)
  for (const spy of muted) spy.mockRestore()
}
