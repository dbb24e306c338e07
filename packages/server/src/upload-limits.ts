import { defaultChunkSizeBytes, MAX_CHUNK_COUNT } from './chunk-plan.ts'
import { integerOption, rejectOption } from './expect-option.ts'
import type { WireLimits } from './wire.ts'

const MiB = 1024 * 1024
const WEEK_MS = 7 * 24 * 60 * 60 * 1000

/** What a server accepts. */
export interface UploadLimits {
  /** The largest file. @default 512 GiB */
  readonly maxFileSizeBytes: number
  /**
   * The largest chunk. At least what a client with default settings takes for the largest file: 8 MiB, doubled
   * until it has at most 10,000 chunks. Requests may be smaller than chunks, so a proxy's limit is no reason to
   * lower it. @default 64 MiB, or more where `maxFileSizeBytes` asks for it
   */
  readonly maxChunkSizeBytes: number
  /** Uploads that are open at once. @default 10,000 */
  readonly maxOpenUploads: number
  /** Uploads of one owner that are open at once. @default 1,000 */
  readonly maxOpenUploadsPerOwner: number
  /** How long an upload is kept after its last byte; `null` for ever. @default 7 days */
  readonly expiresAfterMs: number | null
  /** How long a body may stall. @default 60 seconds */
  readonly idleTimeoutMs: number
  /** The metadata of an upload, as compact JSON in UTF-8. @default 4,096 */
  readonly maxMetadataBytes: number
  /** The name of a file, in UTF-8. @default 2,048 */
  readonly maxNameBytes: number
}

const DEFAULTS: UploadLimits = {
  maxFileSizeBytes: 512 * 1024 * MiB,
  maxChunkSizeBytes: 64 * MiB,
  maxOpenUploads: 10_000,
  maxOpenUploadsPerOwner: 1_000,
  expiresAfterMs: WEEK_MS,
  idleTimeoutMs: 60_000,
  maxMetadataBytes: 4096,
  maxNameBytes: 2048,
}

/** Fills in the defaults; throws a TypeError naming the option that is wrong. */
export function uploadLimits(given: Partial<UploadLimits> = {}): UploadLimits {
  if (typeof given !== 'object' || given === null) rejectOption('limits', 'an object', given)
  for (const name of Object.keys(given)) {
    if (!(name in DEFAULTS)) rejectOption(`limits.${name}`, 'left out: there is no such limit', name)
  }
  const integer = (name: keyof UploadLimits, fallback: number, least = 1): number =>
    integerOption(`limits.${name}`, given[name], fallback, least)
  const maxFileSizeBytes = integer('maxFileSizeBytes', DEFAULTS.maxFileSizeBytes)
  const leastChunk = defaultChunkSizeBytes(maxFileSizeBytes)
  const maxChunkSizeBytes = integer('maxChunkSizeBytes', Math.max(DEFAULTS.maxChunkSizeBytes, leastChunk))
  if (maxChunkSizeBytes < leastChunk) {
    const expected = `at least ${leastChunk}, the chunk size of a file of \`limits.maxFileSizeBytes\``
    rejectOption('limits.maxChunkSizeBytes', expected, maxChunkSizeBytes)
  }
  return {
    maxFileSizeBytes,
    maxChunkSizeBytes,
    maxOpenUploads: integer('maxOpenUploads', DEFAULTS.maxOpenUploads),
    maxOpenUploadsPerOwner: integer('maxOpenUploadsPerOwner', DEFAULTS.maxOpenUploadsPerOwner),
    expiresAfterMs: given.expiresAfterMs === null ? null : integer('expiresAfterMs', WEEK_MS),
    idleTimeoutMs: integer('idleTimeoutMs', DEFAULTS.idleTimeoutMs),
    maxMetadataBytes: integer('maxMetadataBytes', DEFAULTS.maxMetadataBytes, 0),
    maxNameBytes: integer('maxNameBytes', DEFAULTS.maxNameBytes),
  }
}

/** The limits a client is told. */
export function wireLimits(limits: UploadLimits): WireLimits {
  const { maxFileSizeBytes, maxChunkSizeBytes, maxMetadataBytes, maxNameBytes, expiresAfterMs } = limits
  const maxChunkCount = MAX_CHUNK_COUNT
  return {
    maxFileSizeBytes,
    maxChunkSizeBytes,
    maxChunkCount,
    maxMetadataBytes,
    maxNameBytes,
    expiresAfterMs,
  }
}
