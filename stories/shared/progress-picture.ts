import type { Progress, UploadState } from '@lading/core'
import { formatBytes } from './format-bytes.ts'
import { formatDuration } from './format-duration.ts'
import { percentOf } from './percent-of.ts'

/** Progress as a page shows it. Speed and time left are empty while nothing moves. */
export interface ProgressPicture {
  readonly percent: number
  readonly bytes: string
  readonly speed: string
  readonly left: string
  /** For the style of a bar: what landed, and with it what is on its way, 0 to 1. */
  readonly landed: number
  readonly sent: number
}

/** The picture of some progress. A speed that is only remembered, where nothing can move, is left out. */
export function progressPicture(progress: Progress, canMove: boolean): ProgressPicture {
  const { sentBytes, landedBytes, totalBytes, ratio, bytesPerSecond, secondsLeft } = progress
  const isMoving = canMove && bytesPerSecond > 0 && secondsLeft !== undefined
  return {
    percent: percentOf(progress),
    bytes: `${formatBytes(sentBytes)} of ${formatBytes(totalBytes)}`,
    speed: isMoving ? `${formatBytes(bytesPerSecond)}/s` : '',
    left: isMoving ? `${formatDuration(secondsLeft)} left` : '',
    landed: totalBytes > 0 ? landedBytes / totalBytes : ratio,
    sent: ratio,
  }
}

/** Whether bytes of an upload can be on their way now. */
export function canMove(state: UploadState): boolean {
  return state.status === 'uploading' && state.waiting === undefined
}
