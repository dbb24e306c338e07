import { expect, vi } from 'vitest'
import type { Contract } from './contract.ts'
import { controlledProtocol } from './controlled-protocol.ts'
import { fileOf } from './page-driver.ts'
import { ownOptions, setTheScene } from './scene.ts'

/** What becomes of options that are written inline in a component. */
export const optionsContract: Contract = {
  options: {
    async 'does nothing for options that are written down again'(adapter) {
      const protocol = controlledProtocol()
      const write = () =>
        ownOptions(protocol, { headers: { a: '1' }, restrictions: { validate: () => undefined } })
      const { mounted, log, uploader } = await setTheScene(adapter, { source: write() })
      const setOptions = spyOnSetOptions(uploader())
      for (let render = 0; render < 3; render++) await mounted.update({ source: write(), log })
      expect(setOptions).not.toHaveBeenCalled()
      setOptions.mockRestore()
    },

    async 'passes a change on once, and only what changed'(adapter) {
      const protocol = controlledProtocol()
      const write = (maxFiles: number) =>
        ownOptions(protocol, { headers: { a: '1' }, restrictions: { maxFiles } })
      const { mounted, log, page, uploader } = await setTheScene(adapter, { source: write(1) })
      const setOptions = spyOnSetOptions(uploader())
      await mounted.update({ source: write(2), log })
      await mounted.update({ source: write(2), log })
      expect(setOptions.mock.calls).toEqual([[{ restrictions: { maxFiles: 2 } }]])
      setOptions.mockRestore()
      await page.pick(fileOf('a', 1), fileOf('b', 1), fileOf('c', 1))
      await adapter.until(() => expect(page.rows()).toEqual(['a', 'b']))
    },

    async 'calls the function that was given last'(adapter) {
      const protocol = controlledProtocol()
      const write = (user: string) => ownOptions(protocol, { metadata: () => ({ user }) })
      const { mounted, log, page } = await setTheScene(adapter, { source: write('one') })
      await mounted.update({ source: write('two'), log })
      await page.pick(fileOf('a', 1))
      await adapter.until(() => expect(protocol.opened.get('a')).toEqual({ user: 'two' }))
    },

    async 'warns once when what is fixed at creation changes, and keeps what it has'(adapter) {
      const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
      const protocol = controlledProtocol()
      const { mounted, log } = await setTheScene(adapter, { source: ownOptions(protocol) })
      for (const name of ['other', 'third']) {
        await mounted.update({ source: ownOptions({ ...protocol, name }), log })
      }
      expect(warn.mock.calls).toEqual([[expect.stringContaining('`protocol`')]])
      expect(log.uploaders.length).toBe(1)
      warn.mockRestore()
    },
  },
}

/** The object itself is closed, so that no framework wraps it. */
function spyOnSetOptions(uploader: { setOptions(options: object): void }) {
  return vi.spyOn(Object.getPrototypeOf(uploader) as typeof uploader, 'setOptions')
}
