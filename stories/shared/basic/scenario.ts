import type { NativeUploaderOptions } from '@lading/core'
import { type UploaderPage, uploaderPage } from '../play/uploader-page.ts'

/** A story without its framework: what it starts from and what happens in it. */
export interface Scenario {
  readonly args: Partial<NativeUploaderOptions>
  readonly play: (context: PlayContext) => Promise<void>
}

/** What is used of the context of a play function: the same in every framework. */
export interface PlayContext {
  readonly canvasElement: HTMLElement
}

/** A scenario from what happens on the page, with options that differ from those of all stories. */
export function scenario(
  happens: (page: UploaderPage) => Promise<void>,
  args: Partial<NativeUploaderOptions> = {},
): Scenario {
  return { args, play: ({ canvasElement }) => happens(uploaderPage(canvasElement)) }
}

const KiB = 1024

/** Options under which a file of some megabytes takes long enough to be stopped on its way. */
export const inSmallSteps: Partial<NativeUploaderOptions> = {
  chunkSizeBytes: 128 * KiB,
  concurrency: { requests: 1, files: 3 },
}
