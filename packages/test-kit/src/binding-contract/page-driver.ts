import { expect } from 'vitest'
import type { BindingAdapter, Mounted } from './binding-adapter.ts'

/** Reads and moves the page as a person does. */
export interface PageDriver {
  /** Chooses files in the input. */
  pick(...files: readonly File[]): Promise<void>
  /** Drags over the dropzone, away from it, or drops on it. */
  drag(type: 'dragenter' | 'dragover' | 'dragleave' | 'drop', ...files: readonly File[]): Promise<void>
  /** Clicks a button of one row, or of the page. */
  click(button: string, fileName?: string): Promise<void>
  /** The text of a part of the page, or of one row. */
  text(part: string, fileName?: string): string | undefined
  /** The names of the rows, in order. */
  rows(): readonly string[]
  /** Waits until a part of the page, or of one row, has this text. */
  reads(part: string, text: string, fileName?: string): Promise<void>
}

/** A file with as many bytes as its chunks have together: ten each. */
export function fileOf(name: string, chunks: number): File {
  return new File(['x'.repeat(chunks * 10)], name, { type: 'text/plain' })
}

/** Drives a mounted page. */
export function drive<Props>(adapter: BindingAdapter, { root }: Mounted<Props>): PageDriver {
  const find = (selector: string): Element => {
    const element = root.querySelector(selector)
    if (!element) throw new Error(`Nothing on the page is ${selector}`)
    return element
  }
  const text = (part: string, fileName?: string): string | undefined => {
    const place = fileName === undefined ? '' : `${row(fileName)} `
    return root.querySelector(`${place}[data-part=${part}]`)?.textContent ?? undefined
  }
  const row = (fileName: string): string => `[data-upload="${fileName}"]`
  return {
    async pick(...files) {
      const input = find('[data-part=input]')
      Object.defineProperty(input, 'files', {
        configurable: true,
        value: isBrowser ? transferOf(files).files : files,
      })
      await adapter.act(() => void input.dispatchEvent(new Event('change', { bubbles: true })))
    },
    async drag(type, ...files) {
      const event = dragEvent(type, files)
      await adapter.act(() => void find('[data-part=dropzone]').dispatchEvent(event))
    },
    async click(button, fileName) {
      const place = fileName === undefined ? '[data-part=all]' : row(fileName)
      const target = find(`${place} [data-command=${button}]`)
      await adapter.act(() => void target.dispatchEvent(new MouseEvent('click', { bubbles: true })))
    },
    text,
    reads: (part, expected, fileName) => adapter.until(() => expect(text(part, fileName)).toBe(expected)),
    rows: () =>
      [...root.querySelectorAll('[data-upload]')].map((element) => element.getAttribute('data-upload') ?? ''),
  }
}

/** jsdom has none of the classes around dragging: there, as much of them as is used. */
const isBrowser: boolean = typeof DataTransfer === 'function'

function dragEvent(type: string, files: readonly File[]): Event {
  const init = { bubbles: true, cancelable: true }
  if (isBrowser) return new DragEvent(type, { ...init, dataTransfer: transferOf(files) })
  const items = files.map((file) => ({ kind: 'file', type: file.type, getAsFile: () => file }))
  const dataTransfer = { types: ['Files'], files, items, dropEffect: 'none' }
  return Object.assign(new Event(type, init), { dataTransfer, relatedTarget: null })
}

function transferOf(files: readonly File[]): DataTransfer {
  const transfer = new DataTransfer()
  for (const file of files) transfer.items.add(file)
  return transfer
}
