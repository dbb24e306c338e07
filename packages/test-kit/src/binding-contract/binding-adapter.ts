import type {
  AnnouncerTexts,
  ChangeableOptions,
  NativeUploaderOptions,
  Upload,
  Uploader,
  UploaderState,
} from '@lading/core'
import type { ControlledProtocol, ControlledResult } from './controlled-protocol.ts'
import type { PageLog } from './page-log.ts'

/** Options of an uploader that the page owns. */
export interface OwnOptions extends ChangeableOptions<ControlledResult> {
  readonly protocol: ControlledProtocol
}

/**
 * What the page shows: `useUploader` in the list, `useUpload` in each row, `useTotals` in a component of its own below a
 * provider.
 *
 * - `[data-part=dropzone]` with `getDropzoneProps`, inside it `[data-part=input]` with `getInputProps`
 * - `[data-part=dragging]` says `over` or `away`
 * - `[data-part=all] button`s named by the commands and `clear`, with the commands themselves as click handlers
 * - `[data-upload=<file name>]` for each upload: `[data-part=status]` with the status and, where it failed, the error's
 *   code; `[data-part=landed]` with the landed bytes; `button`s named by the commands and `remove`
 * - `[data-part=totals]` with `<landed> of <total> in <files>`
 *
 * It calls `log.rendered` with `list`, `totals` or the file's name whenever such a component renders, and `log.saw` from
 * the list.
 */
export interface PageProps {
  readonly source: OwnOptions | NativeUploaderOptions | Uploader
  readonly log: PageLog
  /** Passed to `getDropzoneProps` and `getInputProps`. */
  readonly onDrop?: (event: { preventDefault(): void }) => void
  readonly onChange?: () => void
}

/** `useUpload` by id: `[data-part=by-id]` says the status, or `none`. */
export interface ByIdProps {
  readonly uploadOrId: string | Upload | undefined
  readonly uploader?: Uploader
  readonly log: PageLog
}

/** `useUploaderSelector`: `[data-part=selected]` says the selection as JSON; renders are logged as `selected`. */
export interface SelectedProps {
  readonly selector: (state: UploaderState) => unknown
  readonly compare?: (previous: unknown, next: unknown) => boolean
  readonly uploader?: Pick<Uploader, 'store'>
  readonly log: PageLog
}

/** `useAnnouncement`: `[data-part=announcement]` says the text. */
export interface AnnouncementProps {
  readonly texts?: Partial<AnnouncerTexts>
  readonly uploader?: Uploader
}

/** A component on the page. */
export interface Mounted<Props> {
  readonly root: Element
  /** Renders again with other props. */
  update(props: Props): Promise<void>
  unmount(): Promise<void>
}

/** How a test mounts. */
export interface MountOptions {
  /** Mounts the way the framework does when it looks for effects that cannot be repeated. */
  readonly isStrict?: boolean
  /** Puts a provider of this uploader around it. */
  readonly provided?: Uploader
}

/** What a binding brings to be held to the contract. */
export interface BindingAdapter {
  readonly name: string
  /** Runs something that changes the page at once, and waits until it shows. */
  act(run: () => void): Promise<void>
  /** Waits until an assertion about the page holds. */
  until(assertion: () => void): Promise<void>
  mountPage(props: PageProps, options?: MountOptions): Promise<Mounted<PageProps>>
  mountById(props: ByIdProps, options?: MountOptions): Promise<Mounted<ByIdProps>>
  mountSelected(props: SelectedProps, options?: MountOptions): Promise<Mounted<SelectedProps>>
  mountAnnouncement(props: AnnouncementProps, options?: MountOptions): Promise<Mounted<AnnouncementProps>>
  /** Mounts a component that calls `useTotals` and nothing else. */
  mountTotals(options?: MountOptions): Promise<Mounted<object>>
}
