/** What any event has, a browser's own and a framework's. */
export interface UiEvent {
  readonly target: unknown
  readonly currentTarget: unknown
  readonly defaultPrevented: boolean
  preventDefault(): void
}

/** A `dragenter`, `dragover`, `dragleave` or `drop`. */
export interface DragUiEvent extends UiEvent {
  readonly dataTransfer: DataTransfer | null
}

/** A `paste`. */
export interface PasteUiEvent extends UiEvent {
  readonly clipboardData: DataTransfer | null
}

/** A `keydown`. */
export interface KeyUiEvent extends UiEvent {
  readonly key: string
  readonly repeat: boolean
}

/** Whether files are carried: known while they are still in the air, unlike the files. */
export function carriesFiles(transfer: DataTransfer | null): transfer is DataTransfer {
  return Array.from(transfer?.types ?? []).includes('Files')
}
