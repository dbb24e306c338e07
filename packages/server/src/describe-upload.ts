import { createHash } from 'node:crypto'
import { MAX_CHUNK_COUNT, planChunks } from './chunk-plan.ts'
import { problem } from './problem.ts'
import { isObject } from './read-json.ts'
import type { UploadLimits } from './upload-limits.ts'
import type { Json, WireCreate } from './wire.ts'

const LONGEST_TYPE = 255
const DEEPEST_METADATA = 32

/** A description of a file in which nothing is missing and all is within the limits. */
export interface Description extends WireCreate {
  readonly type: string
}

/** Checks what a client says about the file it means to send. */
export function describeUpload(body: Record<string, unknown>, limits: UploadLimits): Description {
  const { name, type = '', size, chunkSizeBytes, metadata } = body
  if (typeof name !== 'string' || Buffer.byteLength(name) > limits.maxNameBytes) throw invalid('name')
  if (typeof type !== 'string' || type.length > LONGEST_TYPE) throw invalid('type')
  if (!isSafeInteger(size, 0)) throw invalid('size')
  if (!isSafeInteger(chunkSizeBytes, 1)) throw invalid('chunkSizeBytes')
  const { maxFileSizeBytes, maxChunkSizeBytes } = limits
  if (size > maxFileSizeBytes) throw problem('file-too-large', { limit: maxFileSizeBytes })
  if (chunkSizeBytes > maxChunkSizeBytes) throw problem('chunk-too-large', { limit: maxChunkSizeBytes })
  if (planChunks(size, chunkSizeBytes).count > MAX_CHUNK_COUNT) {
    throw problem('too-many-chunks', { limit: MAX_CHUNK_COUNT })
  }
  const description = { name, type, size, chunkSizeBytes }
  return metadata === undefined ? description : { ...description, metadata: readMetadata(metadata, limits) }
}

/**
 * What an Idempotency-Key stands for: equal only if everything the client said is, whatever the order of members.
 * `form` keeps the two forms of creating apart.
 */
export function fingerprint(
  form: string,
  { name, type, size, chunkSizeBytes, metadata }: Description,
): string {
  const said = [form, name, type, size, chunkSizeBytes, metadata ?? null]
  return createHash('sha256').update(canonical(said)).digest('base64url')
}

function readMetadata(
  value: unknown,
  { maxMetadataBytes }: UploadLimits,
): { readonly [member: string]: Json } {
  if (!isObject(value) || !isJson(value, DEEPEST_METADATA)) throw invalid('metadata')
  if (Buffer.byteLength(JSON.stringify(value)) > maxMetadataBytes) {
    throw problem('metadata-too-large', { limit: maxMetadataBytes })
  }
  return value
}

/** It has been JSON already; what is checked is that nobody runs us out of stack with its depth. */
function isJson(value: unknown, depth: number): value is { readonly [member: string]: Json } {
  if (typeof value !== 'object' || value === null) return true
  return depth > 0 && Object.values(value).every((member) => isJson(member, depth - 1))
}

function canonical(value: Json): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (isList(value)) return `[${value.map(canonical).join()}]`
  const members = Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonical(value[name] ?? null)}`)
  return `{${members.join()}}`
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}

function isSafeInteger(value: unknown, least: number): value is number {
  return Number.isSafeInteger(value) && Number(value) >= least
}

function invalid(field: string): Error {
  return problem('invalid-request', { field })
}
