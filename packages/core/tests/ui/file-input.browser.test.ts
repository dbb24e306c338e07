import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import type { Uploader } from '../../src/index.ts'
import { createFileInput } from '../../src/ui/file-input.ts'
import { heldUploader, listed, mount } from './page.ts'

let uploader: Uploader
beforeEach(() => {
  uploader = heldUploader()
})
afterEach(() => {
  uploader.dispose()
  document.body.replaceChildren()
})

const file = (name: string): File => new File(['content'], name, { type: 'text/plain' })

describe('file input', () => {
  it('adds what is picked, with the options given, and takes the same file again', async () => {
    const { props } = createFileInput(uploader)
    const input = mount('input', props({ addOptions: { metadata: { from: 'input' } } }))
    await userEvent.upload(input, [file('a.txt'), file('b.txt')])
    await vi.waitFor(() => expect(listed(uploader)).toEqual(['a.txt', 'b.txt']), { timeout: 20_000 })
    expect(input.files?.length).toBe(0)
    await userEvent.upload(input, file('a.txt'))
    await vi.waitFor(() => expect(listed(uploader)).toEqual(['a.txt', 'b.txt', 'a.txt']), { timeout: 20_000 })
    expect(uploader.get(uploader.store.get().ids[0] ?? '')?.metadata).toEqual({ from: 'input' })
  })

  it('lets its dialog show what the restrictions take, as they are now', () => {
    const { props } = createFileInput(uploader)
    expect(props()).toEqual({ type: 'file', multiple: true, onChange: expect.any(Function) })
    uploader.setOptions({ restrictions: { accept: ['.png', 'image/jpeg'], maxFiles: 1 } })
    expect(props()).toMatchObject({ accept: '.png,image/jpeg', multiple: false })
    uploader.setOptions({ restrictions: { accept: 'image/*' } })
    expect(props({ multiple: true, id: 'files' })).toMatchObject({
      accept: 'image/*',
      multiple: true,
      id: 'files',
    })
  })

  it('picks folders where that is asked for', () => {
    const { props } = createFileInput(uploader, { directory: true })
    expect(mount('input', props()).webkitdirectory).toBe(true)
    expect(mount('input', props({ directory: false })).webkitdirectory).toBe(false)
    expect(props({ directory: false })).not.toHaveProperty('directory')
  })

  it('calls the app’s handler while the files are still there', async () => {
    const seen: string[] = []
    const { props } = createFileInput(uploader)
    const onChange = ({ currentTarget }: { readonly currentTarget: unknown }): void => {
      for (const { name } of (currentTarget as HTMLInputElement).files ?? []) seen.push(name)
    }
    await userEvent.upload(mount('input', props({ onChange })), file('a.txt'))
    expect(seen).toEqual(['a.txt'])
    await vi.waitFor(() => expect(listed(uploader)).toEqual(['a.txt']), { timeout: 20_000 })
  })

  it('works when hidden from sight in a label', async () => {
    const input = mount('input', createFileInput(uploader).props())
    input.style.cssText = 'position: absolute; width: 1px; height: 1px; clip-path: inset(50%)'
    mount('label', {}, 'Choose files', input)
    await userEvent.tab()
    expect(document.activeElement).toBe(input)
    expect(input.labels?.[0]?.textContent).toBe('Choose files')
  })

  it('keeps what the app says of the element itself', () => {
    const { props } = createFileInput(uploader)
    expect(props({ disabled: true, accept: '.gif', 'aria-label': 'Pictures' })).toMatchObject({
      disabled: true,
      accept: '.gif',
      'aria-label': 'Pictures',
    })
  })
})
