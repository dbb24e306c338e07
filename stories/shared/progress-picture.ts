import type { Progress } from '@lading/core'
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

/** The picture of some progress. */
export function progressPicture(progress: Progress): ProgressPicture {
  const { sentBytes, landedBytes, totalBytes, ratio, bytesPerSecond, secondsLeft } = progress
  const isMoving = bytesPerSecond > 0 && secondsLeft !== undefined
  return {
    percent: percentOf(progress),
    bytes: `${formatBytes(sentBytes)} of ${formatBytes(totalBytes)}`,
    speed: isMoving ? `${formatBytes(bytesPerSecond)}/s` : '',
    left: isMoving ? `${formatDuration(secondsLeft)} left` : '',
    landed: totalBytes > 0 ? landedBytes / totalBytes : ratio,
    sent: ratio,
  }
}
