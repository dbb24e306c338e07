/** The most chunks a file can have. */
export const MAX_CHUNK_COUNT = 10_000

const DEFAULT_CHUNK_SIZE_BYTES = 8 * 1024 * 1024

/** How a file is cut: every chunk is `chunkSizeBytes` long but the last; an empty file is one empty chunk. */
export interface ChunkPlan {
  readonly size: number
  readonly chunkSizeBytes: number
  readonly count: number
}

/** A run of bytes inside one chunk. */
export interface ChunkRun {
  readonly index: number
  /** Where in the chunk the run starts. */
  readonly from: number
  readonly length: number
  readonly chunkLength: number
}

/** Cuts a file of this size. */
export function planChunks(size: number, chunkSizeBytes: number): ChunkPlan {
  return { size, chunkSizeBytes, count: Math.max(1, Math.ceil(size / chunkSizeBytes)) }
}

/** The chunk size a client with default settings takes for a file: 8 MiB, doubled until the count fits. */
export function defaultChunkSizeBytes(size: number): number {
  let chunkSizeBytes = DEFAULT_CHUNK_SIZE_BYTES
  while (size / chunkSizeBytes > MAX_CHUNK_COUNT) chunkSizeBytes *= 2
  return chunkSizeBytes
}

/** How long chunk `index` is. */
export function chunkLength(plan: ChunkPlan, index: number): number {
  return Math.min(plan.chunkSizeBytes, plan.size - index * plan.chunkSizeBytes)
}

/** Cuts a part of the file at chunk boundaries; a part of no bytes is an empty run of the chunk it lies in. */
export function cutAtChunks(plan: ChunkPlan, offset: number, length: number): ChunkRun[] {
  const runs: ChunkRun[] = []
  let index = Math.floor(offset / plan.chunkSizeBytes)
  let from = offset - index * plan.chunkSizeBytes
  let rest = length
  do {
    const whole = chunkLength(plan, index)
    const taken = Math.min(rest, whole - from)
    runs.push({ index, from, length: taken, chunkLength: whole })
    rest -= taken
    index += 1
    from = 0
  } while (rest > 0)
  return runs
}
