import { expect } from 'vitest'
import type { BindingAdapter } from './binding-adapter.ts'
import type { Contract } from './contract.ts'
import { controlledProtocol } from './controlled-protocol.ts'
import { fileOf } from './page-driver.ts'
import { type Scene, setTheScene } from './scene.ts'
import { type SteppedUploader, steppedUploader } from './stepped-uploader.ts'

const names: readonly string[] = Array.from({ length: 50 }, (_, index) => `f${index}`)

/** What renders again, and what does not. */
export const renderingContract: Contract = {
  rendering: {
    async 'renders one row and the totals for a tick, and neither the list nor any other row'(adapter) {
      const { page, log, protocol, tick } = await manyUnderWay(adapter)
      protocol.land('f7')
      await tick()
      expect(log.since()).toEqual({ f7: 1, totals: 1 })
      expect(page.text('landed', 'f7')).toBe('10')
      expect(page.text('totals')).toBe('10 of 1500 in 50')
    },

    async 'renders each row that moved and the totals once, however many moved in a tick'(adapter) {
      const { log, protocol, tick } = await manyUnderWay(adapter)
      for (const name of ['f1', 'f1', 'f2', 'f3']) protocol.land(name)
      await tick()
      expect(log.since()).toEqual({ f1: 1, f2: 1, f3: 1, totals: 1 })
    },

    async 'renders nothing in a frame in which nothing changed'(adapter) {
      const { log, tick } = await manyUnderWay(adapter)
      await tick()
      expect(log.since()).toEqual({})
    },

    async 'keeps the array of uploads until the list itself changes'(adapter) {
      const { page, log, protocol, tick, uploader } = await manyUnderWay(adapter)
      const before = log.lists.length
      protocol.land('f0')
      await tick()
      await page.click('pause', 'f1')
      await tick()
      expect(page.text('status', 'f1')).toBe('paused')
      expect(log.lists.length).toBe(before)
      await page.click('remove', 'f2')
      await tick()
      expect(page.rows()).toEqual(names.filter((name) => name !== 'f2'))
      expect(log.lists.length).toBe(before + 1)
      expect(log.lists.at(-1)?.every((upload) => uploader().get(upload.id) === upload)).toBe(true)
    },
  },
}

/** A page of many uploads, all sending, in a time that stands still. */
async function manyUnderWay(adapter: BindingAdapter): Promise<Scene & { tick(): Promise<void> }> {
  const protocol = controlledProtocol()
  const stepped = steppedUploader(protocol)
  const scene = await setTheScene(adapter, { protocol, source: stepped.uploader })
  await adapter.act(() => void stepped.uploader.add(names.map((name) => fileOf(name, 3))))
  await adapter.until(() => expect(names.every((name) => protocol.waiting(name) === 3)).toBe(true))
  await settle(adapter, stepped)
  scene.log.since()
  return { ...scene, tick: () => settle(adapter, stepped) }
}

/** Lets what was said reach the engine, and then frames pass until none is asked for. */
async function settle(adapter: BindingAdapter, { hasFrame, frame }: SteppedUploader): Promise<void> {
  await adapter.act(() => {})
  while (hasFrame()) await adapter.act(frame)
}
