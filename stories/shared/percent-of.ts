import type { Progress } from '@lading/core'

/** Whole percent of what was sent; 100 only when the server has every byte. */
export function percentOf({ ratio, landedBytes, totalBytes }: Progress): number {
  const percent = Math.floor(ratio * 100)
  return landedBytes < totalBytes ? Math.min(99, percent) : percent
}
