/** What a page is made of, without markup: prop getters that serve every framework. */
export {
  type Announcer,
  type AnnouncerOptions,
  type AnnouncerTexts,
  createAnnouncer,
} from './ui/announcer.ts'
export { lowerCaseEvents, type NormalizeKey } from './ui/compose-props.ts'
export type { DropzoneState } from './ui/drag-tracker.ts'
export {
  createDropzone,
  type Dropzone,
  type DropzoneHandlers,
  type DropzoneOptions,
  type DropzoneProps,
} from './ui/dropzone.ts'
export {
  createFileInput,
  type FileInput,
  type FileInputOptions,
  type FileInputProps,
} from './ui/file-input.ts'
export type { DragUiEvent, KeyUiEvent, PasteUiEvent, UiEvent } from './ui/ui-event.ts'
