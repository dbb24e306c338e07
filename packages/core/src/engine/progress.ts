import type { Progress } from '../api/progress.ts'

/** A progress from its sums; `isDone` makes an empty file whole. */
export function progressOf(
  totalBytes: number,
  landedBytes: number,
  sentBytes: number,
  bytesPerSecond: number,
  isDone: boolean,
): Progress {
  return {
    totalBytes,
    landedBytes,
    sentBytes,
    ratio: isDone ? 1 : totalBytes > 0 ? sentBytes / totalBytes : 0,
    bytesPerSecond,
    ...(bytesPerSecond > 0 && !isDone && { secondsLeft: (totalBytes - sentBytes) / bytesPerSecond }),
  }
}
