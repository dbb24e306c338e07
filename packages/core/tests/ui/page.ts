import { controlledProtocol } from '@lading/test-kit'
import { createUploader, type RestrictionOptions, type Uploader } from '../../src/index.ts'

/** An uploader that takes files in and starts none. */
export function heldUploader(restrictions: RestrictionOptions = {}): Uploader {
  return createUploader({ protocol: controlledProtocol(), autoStart: false, restrictions }) as Uploader
}

/** The names, or the paths, of what is on the list. */
export function listed(uploader: Uploader): string[] {
  return uploader.store.get().ids.map((id) => {
    const upload = uploader.get(id)
    return upload?.path ?? upload?.name ?? ''
  })
}

/** Puts an element with these props on the page, as a framework would: `onX` is a listener, the rest are attributes. */
export function mount<Tag extends 'div' | 'label' | 'input' | 'button'>(
  tag: Tag,
  props: object,
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag)
  for (const [key, value] of Object.entries(props)) {
    if (typeof value === 'function') element.addEventListener(key.slice(2).toLowerCase(), value)
    else if (typeof value === 'boolean' && !key.startsWith('aria-')) element.toggleAttribute(key, value)
    else element.setAttribute(key, String(value))
  }
  element.append(...children)
  document.body.append(element)
  return element
}

/** A drop's content made of files, and of a text. */
export function transferOf(files: readonly File[], text?: string): DataTransfer {
  const transfer = new DataTransfer()
  for (const file of files) transfer.items.add(file)
  if (text !== undefined) transfer.items.add(text, 'text/plain')
  return transfer
}

/** Fires a drag event at an element; what became of it is in the answer. */
export function drag(
  type: string,
  target: Element,
  dataTransfer = transferOf([new File(['a'], 'a.txt')]),
): DragEvent {
  const event = new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer })
  target.dispatchEvent(event)
  return event
}

/** Moves a drag from one element to another in the order browsers do: into the new one, then out of the old one. */
export function dragFromTo(from: Element, to: Element): void {
  drag('dragenter', to)
  drag('dragleave', from)
}

/** Says which file inputs are clicked meanwhile, and keeps their dialogs closed. */
export function watchDialogs(): { readonly opened: EventTarget[]; stop(): void } {
  const opened: EventTarget[] = []
  const watching = new AbortController()
  document.addEventListener(
    'click',
    (event) => {
      const { target } = event
      if (!(target instanceof HTMLInputElement)) return
      opened.push(target)
      event.preventDefault()
    },
    { signal: watching.signal },
  )
  return { opened, stop: () => watching.abort() }
}
