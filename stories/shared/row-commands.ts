import type { Command, Upload } from '@lading/core'

const texts = { start: 'Start', resume: 'Resume', retry: 'Retry', pause: 'Pause' } as const

/** The command that moves an upload on or holds it, with its text: one button that changes keeps the keyboard's place. */
export interface MainCommand {
  readonly command: keyof typeof texts
  readonly text: string
}

/** The commands that a row has buttons for. Removing is always possible. */
export interface RowCommands {
  readonly main: MainCommand | undefined
  readonly cancel: boolean
}

/** What can be done with an upload now. */
export function rowCommands(upload: { can(command: Command): boolean }): RowCommands {
  const command = (Object.keys(texts) as (keyof typeof texts)[]).find((one) => upload.can(one))
  return { main: command && { command, text: texts[command] }, cancel: upload.can('cancel') }
}

/** The id of the element that shows the name of an upload: rows, bars and buttons are called after it. */
export function nameId({ id }: Pick<Upload, 'id'>): string {
  return `upload-${id}-name`
}
