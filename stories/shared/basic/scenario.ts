import type { ChangeableOptions } from '@lading/core'
import type { SlowLine } from '../play/slow-line.ts'
import { type UploaderPage, uploaderPage } from '../play/uploader-page.ts'

/** A story without its framework: what it starts from and what happens in it. */
export interface Scenario {
  /** Options that hold whichever protocol is spoken. */
  readonly args: ChangeableOptions
  readonly play: (context: PlayContext) => Promise<void>
}

/** What is used of the context of a play function: the same in every framework. */
export interface PlayContext {
  readonly canvasElement: HTMLElement
}

/** A scenario from what happens on the page, with the options in which it differs from the other stories. */
export function scenario(
  happens: (page: UploaderPage) => Promise<void>,
  args: ChangeableOptions = {},
): Scenario {
  return { args, play: ({ canvasElement }) => happens(uploaderPage(canvasElement)) }
}

const MiB = 1024 * 1024

/** Options of a scenario on a slow line: chunks small enough to see some land. */
export function optionsOn(line: SlowLine): ChangeableOptions {
  return { headers: line.headers, chunkSizeBytes: MiB, concurrency: { requests: 2, files: 3 } }
}
