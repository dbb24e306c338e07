import type { Credentials, Plan } from '@lading/core/engine'

/** One upload on the server: the whole file, or a lane of it. */
export type TusUpload = {
  readonly url: string
  readonly credentials: Credentials
}

/** What survives a reload. */
export type TusSession = {
  /** One for each lane, in order; none as long as the creation waits for the first bytes. */
  readonly uploads: readonly TusUpload[]
  /** The checksum parts carry, as the server calls it. */
  readonly checksum: string | null
  /** What the answer to the creation left for the result. */
  readonly kept: KeptAnswer
}

/** What is kept of an answer for the result. */
export type KeptAnswer = {
  readonly text: string
  readonly headers: { readonly [name: string]: string }
}

/** An answer of which nothing is kept. */
export const nothingKept: KeptAnswer = { text: '', headers: {} }

/** Where a lane lies in the file: `[start, end)`. */
export interface LaneRange {
  readonly start: number
  readonly end: number
}

/** Which lane a chunk goes in: as even as whole chunks allow. */
export function laneOf(chunk: number, count: number, lanes: number): number {
  return Math.floor((chunk * lanes) / count)
}

/** Where each lane lies. */
export function laneRanges({ size, chunkSizeBytes, count }: Plan, lanes: number): LaneRange[] {
  const startOf = (lane: number): number =>
    lane === lanes ? size : Math.ceil((lane * count) / lanes) * chunkSizeBytes
  return Array.from({ length: lanes }, (_, lane) => ({ start: startOf(lane), end: startOf(lane + 1) }))
}
