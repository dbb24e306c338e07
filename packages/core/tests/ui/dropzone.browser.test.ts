import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import type { Uploader } from '../../src/index.ts'
import { lowerCaseEvents } from '../../src/ui/compose-props.ts'
import { createDropzone, type DropzoneOptions } from '../../src/ui/dropzone.ts'
import { createFileInput } from '../../src/ui/file-input.ts'
import { drag, dragFromTo, heldUploader, listed, mount, transferOf, watchDialogs } from './page.ts'

let uploader: Uploader
let dialogs: ReturnType<typeof watchDialogs>
beforeEach(() => {
  uploader = heldUploader()
  dialogs = watchDialogs()
})
afterEach(() => {
  dialogs.stop()
  uploader.dispose()
  document.body.replaceChildren()
})

const span = (): HTMLElement => document.createElement('span')
const input = (): HTMLInputElement => mount('input', createFileInput(uploader).props())

describe('dropzone under a drag', () => {
  it('says that something is over it, without flicker on the way over its children', () => {
    const dropzone = createDropzone(uploader)
    const [child, other] = [span(), span()]
    const zone = mount('div', dropzone.props(), child, other)
    const seen: boolean[] = []
    dropzone.state.subscribe(({ isDragOver }) => seen.push(isDragOver))
    drag('dragenter', zone)
    dragFromTo(zone, child)
    dragFromTo(child, other)
    dragFromTo(other, zone)
    expect(seen).toEqual([true])
    drag('dragleave', zone)
    expect(seen).toEqual([true, false])
  })

  it('is left also when the element under the pointer has gone meanwhile', () => {
    const dropzone = createDropzone(uploader)
    const child = span()
    const zone = mount('div', dropzone.props(), child)
    drag('dragenter', zone)
    dragFromTo(zone, child)
    child.remove()
    expect(dropzone.state.get().isDragOver).toBe(true)
    drag('dragenter', document.body)
    expect(dropzone.state.get().isDragOver).toBe(false)
  })

  it('stops watching the page when it is left or disposed of', () => {
    const dropzone = createDropzone(uploader)
    const zone = mount('div', dropzone.props())
    const seen: boolean[] = []
    drag('dragenter', zone)
    dropzone.state.subscribe(({ isDragOver }) => seen.push(isDragOver))
    dropzone.dispose()
    drag('dragenter', document.body)
    drag('dragend', document.body)
    expect(seen).toEqual([false])
  })

  it('claims files, and leaves texts to the browser', () => {
    const dropzone = createDropzone(uploader)
    const zone = mount('div', dropzone.props())
    for (const type of ['dragenter', 'dragover', 'drop']) {
      expect([type, drag(type, zone).defaultPrevented]).toEqual([type, true])
    }
    expect(dropzone.state.get().isDragOver).toBe(false)
    const text = transferOf([], 'text')
    for (const type of ['dragenter', 'dragover', 'drop']) {
      expect([type, drag(type, zone, text).defaultPrevented]).toEqual([type, false])
    }
    expect(dropzone.state.get().isDragOver).toBe(false)
  })

  it('adds what is dropped on it, with the options given', async () => {
    const { props } = createDropzone(uploader, { addOptions: { metadata: { album: 'a' } } })
    const zone = mount('div', props())
    drag('drop', zone, transferOf([new File(['a'], 'a.txt'), new File(['b'], 'b.txt')], 'text'))
    await vi.waitFor(() => expect(listed(uploader)).toEqual(['a.txt', 'b.txt']), { timeout: 20_000 })
    expect(uploader.get(uploader.store.get().ids[0] ?? '')?.metadata).toEqual({ album: 'a' })
  })

  it('lets the app handle an event first, and itself', () => {
    const order: string[] = []
    const dropzone = createDropzone(uploader)
    const zone = mount(
      'div',
      dropzone.props({
        onDragEnter: () => order.push(`enter, over is ${dropzone.state.get().isDragOver}`),
        onDrop: (event) => {
          order.push('drop')
          event.preventDefault()
        },
      }),
    )
    drag('dragenter', zone)
    drag('drop', zone)
    expect(order).toEqual(['enter, over is false', 'drop'])
    expect(dropzone.state.get().isDragOver).toBe(false)
    expect(listed(uploader)).toEqual([])
  })

  it('takes a drop once where zones are nested', async () => {
    const [inner, outer] = [createDropzone(uploader), createDropzone(uploader)]
    const zone = mount('div', inner.props())
    mount('div', outer.props(), zone)
    drag('dragenter', zone)
    expect([inner.state.get(), outer.state.get()]).toEqual([{ isDragOver: true }, { isDragOver: false }])
    drag('drop', zone)
    await vi.waitFor(() => expect(listed(uploader)).toEqual(['a.txt']), { timeout: 20_000 })
  })

  it('takes nothing while disabled, and still keeps the browser from opening the file', () => {
    const dropzone = createDropzone(uploader)
    const zone = mount('div', dropzone.props({ disabled: true }))
    for (const type of ['dragenter', 'dragover', 'drop']) {
      expect([type, drag(type, zone).defaultPrevented]).toEqual([type, true])
    }
    expect(dropzone.state.get().isDragOver).toBe(false)
    expect(listed(uploader)).toEqual([])
    expect([zone.getAttribute('aria-disabled'), zone.tabIndex]).toEqual(['true', -1])
  })
})

describe('dropzone under a paste', () => {
  const paste = (target: Element, clipboardData: DataTransfer): boolean =>
    !target.dispatchEvent(new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData }))
  const files = (): DataTransfer => transferOf([new File(['a'], 'image.png', { type: 'image/png' })])

  it('adds pasted files and leaves pasted text alone', async () => {
    const zone = mount('div', createDropzone(uploader).props())
    expect(paste(zone, transferOf([], 'text'))).toBe(false)
    expect(paste(zone, files())).toBe(true)
    await vi.waitFor(() => expect(listed(uploader)).toEqual(['image.png']), { timeout: 20_000 })
  })

  it('leaves a paste into a text field alone, and takes one into its file input', async () => {
    const field = document.createElement('textarea')
    const own = input()
    mount('div', createDropzone(uploader).props(), field, own)
    expect([paste(field, files()), paste(own, files())]).toEqual([false, true])
    await vi.waitFor(() => expect(listed(uploader)).toEqual(['image.png']), { timeout: 20_000 })
  })

  it('takes none where that is not wanted', () => {
    const { props } = createDropzone(uploader)
    expect(paste(mount('div', props({ noPaste: true })), files())).toBe(false)
    expect(paste(mount('div', props({ disabled: true })), files())).toBe(false)
    expect(listed(uploader)).toEqual([])
  })
})

describe('dropzone under clicks and keys', () => {
  it('is a named stop for the keyboard where Enter and Space open its input', async () => {
    const own = input()
    const zone = mount('div', createDropzone(uploader, { label: 'Holiday pictures' }).props(), own)
    expect([zone.role, zone.ariaLabel]).toEqual(['group', 'Holiday pictures'])
    await userEvent.tab()
    expect(document.activeElement).toBe(zone)
    await userEvent.keyboard('{Enter}')
    await userEvent.keyboard(' ')
    await userEvent.keyboard('x')
    expect(dialogs.opened).toEqual([own, own])
  })

  it('leaves keys to what is inside it', async () => {
    const button = document.createElement('button')
    mount('div', createDropzone(uploader).props(), button, input())
    button.focus()
    await userEvent.keyboard('{Enter}')
    expect(dialogs.opened).toEqual([])
  })

  it('opens its input once on a click anywhere but on a control', () => {
    const own = input()
    const [text, label] = [span(), mount('label', {}, 'Choose', span())]
    const button = mount('button', {}, 'Browse')
    mount('div', createDropzone(uploader).props(), text, label, button, own)
    text.click()
    expect(dialogs.opened).toEqual([own])
    button.click()
    label.querySelector('span')?.click()
    expect(dialogs.opened).toEqual([own])
    own.click()
    expect(dialogs.opened).toEqual([own, own])
  })

  it('opens once where the zone itself is the label of its input, and where it is a button', () => {
    const own = input()
    const { props } = createDropzone(uploader)
    mount('label', props(), 'Choose', own).click()
    expect(dialogs.opened).toEqual([own])
    const click = vi.spyOn(HTMLInputElement.prototype, 'click').mockImplementation(() => {})
    mount('button', props({ role: 'button' }), 'Choose').click()
    expect(click).toHaveBeenCalledOnce()
    click.mockRestore()
  })

  it('ignores a click that comes from elsewhere on the page', () => {
    const own = input()
    const zone = mount('div', createDropzone(uploader).props(), own)
    const { onClick } = createDropzone(uploader).props()
    // As React hands over a click in a dialog that belongs to the zone and is drawn elsewhere.
    onClick({ target: document.body, currentTarget: zone, defaultPrevented: false, preventDefault() {} })
    expect(dialogs.opened).toEqual([])
  })

  it('opens a dialog of its own where it holds no input', async () => {
    const zone = mount('div', createDropzone(uploader, { addOptions: { priority: 1 } }).props())
    const opened: HTMLInputElement[] = []
    const click = vi.spyOn(HTMLInputElement.prototype, 'click').mockImplementation(function (
      this: HTMLInputElement,
    ) {
      opened.push(this)
    })
    zone.click()
    click.mockRestore()
    const [dialog] = opened
    if (!dialog) throw new Error('no dialog')
    expect([dialog.type, dialog.multiple, dialog.webkitdirectory]).toEqual(['file', true, false])
    dialog.files = transferOf([new File(['a'], 'a.txt')]).files
    dialog.dispatchEvent(new Event('change'))
    await vi.waitFor(() => expect(listed(uploader)).toEqual(['a.txt']), { timeout: 20_000 })
  })

  it('keeps the dialog closed where that is asked for', async () => {
    const { props } = createDropzone(uploader)
    const options: DropzoneOptions[] = [{ noClick: true, noKeyboard: true }, { disabled: true }]
    for (const zone of options.map((given) => mount('div', props(given), input()))) {
      expect(zone.tabIndex).toBe(-1)
      zone.click()
      zone.focus()
      zone.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter' }))
    }
    const prevented = mount('div', props({ onClick: (event) => event.preventDefault() }), input())
    prevented.click()
    expect(dialogs.opened).toEqual([])
  })
})

describe('dropzone for another framework', () => {
  it('names its events as that wants them', () => {
    const { props } = createDropzone(uploader, { normalize: lowerCaseEvents })
    expect(Object.keys(props({ onDragenter: () => {}, class: 'zone' }))).toEqual([
      'role',
      'aria-label',
      'tabIndex',
      'onDragenter',
      'onDragover',
      'onDragleave',
      'onDrop',
      'onPaste',
      'onClick',
      'onKeydown',
      'class',
    ])
  })
})
