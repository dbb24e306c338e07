import type { NativeResult } from '../api/options.ts'
import { UploadError } from '../errors/upload-error.ts'
import type { Landed, Reply } from '../ports/protocol.ts'

type Run = readonly [first: number, count: number]

/** What the server says of an open upload. */
export interface UploadResource {
  readonly id: string
  readonly size: number
  readonly chunkSizeBytes: number
  readonly chunkCount: number
  readonly landed: readonly Run[]
  readonly sha256: readonly string[]
  readonly partial: readonly { readonly index: number; readonly bytes: number }[]
  readonly expiresAt: number | null
}

/** The acknowledgement of a part. */
export interface PartAck {
  readonly chunks: readonly { readonly index: number; readonly sha256: string }[]
  readonly partial: { readonly index: number; readonly bytes: number } | null
}

type Unknown = { readonly [key: string]: unknown }

/** The resource of an open upload, or the result of a completed one. Throws `bad-response`. */
export function readResource(reply: Reply): UploadResource | { readonly result: NativeResult } {
  const body = object(reply.json())
  if (body['status'] === 'completed') return { result: resultIn(body, reply) }
  const ok =
    isId(body['id']) &&
    [body['size'], body['chunkSizeBytes'], body['chunkCount']].every(isCount) &&
    isList(body['landed'], isRun) &&
    isList(body['sha256'], isDigest) &&
    isList(body['partial'], isPrefix)
  if (!ok) throw bad()
  const { id, size, chunkSizeBytes, chunkCount, landed, sha256, partial, expiresAt } =
    body as never as UploadResource
  return {
    id,
    size,
    chunkSizeBytes,
    chunkCount,
    landed,
    sha256,
    partial,
    expiresAt: typeof expiresAt === 'number' ? expiresAt : null,
  }
}

/** The acknowledgement of a part. Throws `bad-response`. */
export function readAck(reply: Reply): PartAck {
  const { chunks, partial } = object(reply.json())
  const isChunk = (chunk: unknown): boolean =>
    isCount(object(chunk)['index']) && isDigest(object(chunk)['sha256'])
  if (!isList(chunks, isChunk) || !(partial === null || isPrefix(partial))) throw bad()
  return { chunks, partial } as PartAck
}

/** The result of a finished upload, its `url` made absolute. Throws `bad-response`. */
export function readResult(reply: Reply): NativeResult {
  return resultIn(object(reply.json()), reply)
}

/** What landed, as byte ranges. Throws `bad-response` where a digest is missing. */
export function landedOf({
  size,
  chunkSizeBytes,
  chunkCount,
  landed,
  sha256,
  partial,
}: UploadResource): Landed {
  const ranges: [number, number][] = []
  const digests: Record<number, string> = {}
  let at = 0
  for (const [first, count] of landed) {
    const end = first + count >= chunkCount ? size : (first + count) * chunkSizeBytes
    ranges.push([first * chunkSizeBytes, end])
    for (let index = first; index < Math.min(first + count, chunkCount); index++) {
      const digest = sha256[at++]
      if (digest === undefined) throw bad()
      digests[index] = digest
    }
  }
  for (const { index, bytes } of partial)
    ranges.push([index * chunkSizeBytes, index * chunkSizeBytes + bytes])
  return { ranges, digests }
}

function resultIn(body: Unknown, reply: Reply): NativeResult {
  const result = object(body['result'])
  const { id, name, size, type, digest, url } = result
  const ok = isId(id) && [name, type, url].every((text) => typeof text === 'string') && isCount(size)
  if (!ok || typeof object(digest)['root'] !== 'string') throw bad()
  return { ...(result as never as NativeResult), url: absolute(String(url), reply.url) }
}

function absolute(url: string, base: string): string {
  try {
    return base ? new URL(url, base).href : url
  } catch {
    throw bad()
  }
}

function object(value: unknown): Unknown {
  if (typeof value !== 'object' || value === null) throw bad()
  return value as Unknown
}

function isList(value: unknown, test: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(test)
}

function isRun(value: unknown): boolean {
  return isList(value, isCount) && (value as unknown[]).length === 2
}

function isPrefix(value: unknown): boolean {
  const { index, bytes } = object(value)
  return isCount(index) && isCount(bytes)
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function isDigest(value: unknown): boolean {
  return typeof value === 'string' && /^[\da-f]{64}$/.test(value)
}

/** Ids become parts of paths: nothing else may. */
function isId(value: unknown): boolean {
  return typeof value === 'string' && /^[\w-]{16,128}$/.test(value)
}

function bad(): UploadError {
  return new UploadError('bad-response', { message: 'The answer is not what the protocol promises' })
}
