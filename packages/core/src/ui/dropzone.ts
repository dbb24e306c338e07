import type { Readable } from '../api/readable.ts'
import type { AddOptions } from '../api/uploader.ts'
import type { Metadata } from '../ports/protocol.ts'
import { composeProps, type NormalizeKey } from './compose-props.ts'
import { createDragTracker, type DragTracker, type DropzoneState } from './drag-tracker.ts'
import { createFileInput, type Taker } from './file-input.ts'
import {
  carriesFiles,
  type DragUiEvent,
  type KeyUiEvent,
  type PasteUiEvent,
  type UiEvent,
} from './ui-event.ts'

/** What a drop zone does and does not do. */
export interface DropzoneOptions<Meta extends Metadata = Metadata> {
  /** Takes nothing, and keeps the browser from opening what is dropped on it. @default false */
  readonly disabled?: boolean
  /** Whether a click leaves the file dialog closed. @default false */
  readonly noClick?: boolean
  /** Whether the zone is no stop for the keyboard: for a zone with an input or a button in it that is one. @default false */
  readonly noKeyboard?: boolean
  /** Whether pasted files are left alone. @default false */
  readonly noPaste?: boolean
  /** What the zone is called by assistive technology. @default 'Drop files here, or press Enter to choose them' */
  readonly label?: string
  /** Handed to `add` with the files. */
  readonly addOptions?: AddOptions<Meta>
}

/** What a drop zone listens to. */
export interface DropzoneHandlers {
  onDragEnter(event: DragUiEvent): void
  onDragOver(event: DragUiEvent): void
  onDragLeave(event: DragUiEvent): void
  onDrop(event: DragUiEvent): void
  onPaste(event: PasteUiEvent): void
  onClick(event: UiEvent): void
  onKeyDown(event: KeyUiEvent): void
}

/** What goes on the element that files are dropped on. */
export interface DropzoneProps extends DropzoneHandlers {
  /** A group, not a button: a button must not hold an input or another button. */
  readonly role: 'group'
  readonly 'aria-label': string
  readonly 'aria-disabled'?: true
  readonly tabIndex?: 0
}

/** A drop zone without its markup. */
export interface Dropzone<Meta extends Metadata = Metadata> {
  readonly state: Readable<DropzoneState>
  /**
   * The props of the zone's element, over them the app's own. Options may be among them, and go before those of
   * {@link createDropzone}.
   */
  props<Given extends object>(
    given?: Given & DropzoneOptions<Meta> & Partial<DropzoneHandlers>,
  ): DropzoneProps & Omit<Given, keyof DropzoneOptions | keyof DropzoneProps>
  dispose(): void
}

/**
 * What a drop zone does: takes files and folders that are dropped or pasted, and opens the file dialog on a click, Enter
 * or Space: that of a file input inside it, else one of its own.
 */
export function createDropzone<Result, Meta extends Metadata>(
  uploader: Taker<Result, Meta>,
  defaults: DropzoneOptions<Meta> & { readonly normalize?: NormalizeKey } = {},
): Dropzone<Meta> {
  const drag = createDragTracker()
  const dialog = createFileInput(uploader)
  return {
    state: drag.state,
    props: (given) => {
      const { disabled, noClick, noKeyboard, noPaste, label, addOptions, normalize, ...rest } = {
        ...defaults,
        ...given,
      }
      const isStop = !noKeyboard && !disabled
      const own = {
        role: 'group',
        'aria-label': label ?? `Drop files here${noKeyboard ? '' : ', or press Enter to choose them'}`,
        'aria-disabled': disabled || undefined,
        tabIndex: isStop ? 0 : undefined,
        ...dragHandlers(drag, disabled, (files) => void uploader.add(files, addOptions)),
        onPaste(event: PasteUiEvent) {
          const { clipboardData } = event
          if (disabled || noPaste || event.defaultPrevented) return
          // A spreadsheet is pasted as text and as a picture of it: a text field gets the text.
          if (!carriesFiles(clipboardData) || !isForZone(event, textFields)) return
          event.preventDefault()
          void uploader.add(clipboardData, addOptions)
        },
        onClick(event: UiEvent) {
          if (disabled || noClick || event.defaultPrevented || !isForZone(event, controls)) return
          openDialog(event, () => dialog.open(addOptions && { addOptions }))
        },
        onKeyDown(event: KeyUiEvent) {
          if (!isStop || event.defaultPrevented || event.target !== event.currentTarget || event.repeat)
            return
          if (event.key !== 'Enter' && event.key !== ' ') return
          event.preventDefault()
          openDialog(event, () => dialog.open(addOptions && { addOptions }))
        },
      }
      return composeProps(own, rest, normalize) as never
    },
    dispose: drag.end,
  }
}

type DragHandlers = Pick<DropzoneHandlers, 'onDragEnter' | 'onDragOver' | 'onDragLeave' | 'onDrop'>

function dragHandlers(
  drag: DragTracker,
  disabled: boolean | undefined,
  take: (files: DataTransfer) => void,
): DragHandlers {
  /** Claims a drag, so that the browser does not open the file: also where it is not wanted. */
  const claim = (event: DragUiEvent): DataTransfer | undefined => {
    const { dataTransfer } = event
    if (event.defaultPrevented || !carriesFiles(dataTransfer)) return undefined
    event.preventDefault()
    dataTransfer.dropEffect = disabled ? 'none' : 'copy'
    return disabled ? undefined : dataTransfer
  }
  return {
    onDragEnter(event) {
      if (claim(event)) drag.enter(event)
    },
    onDragOver: claim,
    onDragLeave: drag.leave,
    onDrop(event) {
      drag.end()
      const files = claim(event)
      if (files) take(files)
    },
  }
}

const controls =
  'a,button,input,label,select,textarea,summary,[contenteditable],[role=button],[role=link],[role=menuitem]'
const textFields = 'input:not([type=file]),textarea,[contenteditable]'

/**
 * Whether an event is the zone's: not for something in it that has a use of its own, and not from elsewhere on the page,
 * as React bubbles it out of a portal. A zone that is a label opens its input by itself.
 */
function isForZone({ target, currentTarget }: UiEvent, others: string): boolean {
  const zone = currentTarget as Element
  const nearest = (target as Element).closest(others)
  if (!zone.contains(target as Element)) return false
  return nearest === zone ? zone.localName !== 'label' : !zone.contains(nearest)
}

/** Opens the dialog of the zone's own input, or another where it has none. */
function openDialog({ currentTarget }: UiEvent, open: () => void): void {
  const input = (currentTarget as Element).querySelector<HTMLInputElement>('input[type=file]')
  if (input) input.click()
  else open()
}
