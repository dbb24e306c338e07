import type { AddOptions, Uploader } from '../api/uploader.ts'
import type { Metadata } from '../ports/protocol.ts'
import { composeProps, type NormalizeKey } from './compose-props.ts'
import type { UiEvent } from './ui-event.ts'

/** How files are picked. */
export interface FileInputOptions<Meta extends Metadata = Metadata> {
  /** Whether several files may be picked at once. @default unless `restrictions.maxFiles` is 1 */
  readonly multiple?: boolean
  /** Whether whole folders are picked instead of files. @default false */
  readonly directory?: boolean
  /** Handed to `add` with the files. */
  readonly addOptions?: AddOptions<Meta>
}

/** What goes on an `<input>`. */
export interface FileInputProps {
  readonly type: 'file'
  readonly multiple: boolean
  readonly accept?: string
  readonly webkitdirectory?: ''
  onChange(event: UiEvent): void
}

/** What the parts for a page need of an uploader. */
export type Taker<Result, Meta extends Metadata> = Pick<Uploader<Result, Meta>, 'add' | 'restrictions'>

/** A file input without its markup. */
export interface FileInput<Meta extends Metadata = Metadata> {
  /**
   * The props of an `<input>`, over them the app's own. Options may be among them, and go before those of
   * {@link createFileInput}.
   */
  props<Given extends object>(
    given?: Given & FileInputOptions<Meta> & Partial<Pick<FileInputProps, 'onChange'>>,
  ): FileInputProps & Omit<Given, keyof FileInputOptions | keyof FileInputProps>
  /** Opens the file dialog without an input on the page. Browsers want a click or a key press for it. */
  open(options?: FileInputOptions<Meta>): void
}

/**
 * What a file input does: adds what is picked, and forgets it, so that the same file can be picked again.
 *
 * Hide it where you like with a `<label>` around it, but not from the keyboard: visually, never by `display`.
 */
export function createFileInput<Result, Meta extends Metadata>(
  uploader: Taker<Result, Meta>,
  defaults: FileInputOptions<Meta> & { readonly normalize?: NormalizeKey } = {},
): FileInput<Meta> {
  // Held while its dialog is open: an input that nothing points to may be swept away.
  let opened: HTMLInputElement | undefined
  return {
    props: (given) => {
      const { multiple, directory, addOptions, normalize, ...rest } = { ...defaults, ...given }
      const own = inputProps(uploader, { multiple, directory, addOptions })
      return composeProps(own, rest, normalize) as never
    },
    open: (options) => {
      const { onChange, webkitdirectory, ...props } = inputProps(uploader, { ...defaults, ...options })
      opened = Object.assign(document.createElement('input'), props, {
        webkitdirectory: webkitdirectory !== undefined,
        onchange: onChange,
      })
      opened.click()
    },
  }
}

type Loose<Options> = { readonly [Name in keyof Options]: Options[Name] | undefined }

function inputProps<Result, Meta extends Metadata>(
  uploader: Taker<Result, Meta>,
  { multiple, directory, addOptions }: Loose<FileInputOptions<Meta>>,
): FileInputProps {
  const { accept = [], maxFiles } = uploader.restrictions
  const accepted = [accept].flat().join(',')
  return {
    type: 'file',
    multiple: multiple ?? maxFiles !== 1,
    ...(accepted && { accept: accepted }),
    ...(directory && { webkitdirectory: '' }),
    onChange(event) {
      const input = event.currentTarget as HTMLInputElement
      if (event.defaultPrevented || !input.files) return
      void uploader.add(input.files, addOptions)
      input.value = ''
    },
  }
}
