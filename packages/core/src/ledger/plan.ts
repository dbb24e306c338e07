import { UploadError } from '../errors/upload-error.ts'
import type { Plan } from '../ports/protocol.ts'

const mebibyte = 1024 * 1024

/** What {@link planChunks} is held to. */
export interface PlanRules {
  /** The chunk size where the app wants none. @default 8 MiB */
  readonly chunkSizeBytes?: number
  /** The server's smallest chunk; the last one may be smaller. @default 1 */
  readonly minChunkSizeBytes?: number
  /** The server's largest chunk. @default unlimited */
  readonly maxChunkSizeBytes?: number
  /** The most chunks a file may have. @default 10_000 */
  readonly maxChunks?: number
  /** What becomes of the bytes left over: a chunk of their own, or a longer last chunk. @default 'own' */
  readonly rest?: 'own' | 'last'
}

/**
 * Cuts a file into chunks: the wanted size, doubled until there are few enough.
 *
 * Throws `UploadError` `unsupported` where the server's largest chunk is too small for the file.
 */
export function planChunks(size: number, wantedBytes?: number, rules: PlanRules = {}): Plan {
  const { minChunkSizeBytes = 1, maxChunkSizeBytes = Number.MAX_SAFE_INTEGER, maxChunks = 10_000 } = rules
  let chunkSizeBytes = Math.max(wantedBytes ?? rules.chunkSizeBytes ?? 8 * mebibyte, minChunkSizeBytes)
  while (Math.ceil(size / chunkSizeBytes) > maxChunks) chunkSizeBytes *= 2
  chunkSizeBytes = Math.min(chunkSizeBytes, maxChunkSizeBytes)
  if (Math.ceil(size / chunkSizeBytes) > maxChunks) {
    throw new UploadError('unsupported', { message: `${size} bytes do not fit into ${maxChunks} chunks` })
  }
  const cut = rules.rest === 'last' ? Math.floor : Math.ceil
  return { size, chunkSizeBytes, count: Math.max(1, cut(size / chunkSizeBytes)) }
}

/** Where a chunk begins. */
export function chunkStart(plan: Plan, chunk: number): number {
  return chunk * plan.chunkSizeBytes
}

/** Where a chunk ends, exclusive: the last one takes the rest. */
export function chunkEnd(plan: Plan, chunk: number): number {
  return chunk === plan.count - 1 ? plan.size : (chunk + 1) * plan.chunkSizeBytes
}

/** Whether two plans cut alike: only then may one's chunks be counted for the other. */
export function isSamePlan(a: Plan, b: Plan): boolean {
  return a.size === b.size && a.chunkSizeBytes === b.chunkSizeBytes && a.count === b.count
}
