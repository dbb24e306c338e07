import type { NativeResult } from '../api/options.ts'
import { UploadError } from '../errors/upload-error.ts'
import type { Landed, MatchAnswer, Reply } from '../ports/protocol.ts'
import { count, list, record, type Shape, text } from './shape.ts'

type Run = readonly [first: number, count: number]

/** How much of a chunk that is not whole is on the server. */
interface Prefix {
  readonly index: number
  readonly bytes: number
}

/** What the server says of an open upload. */
export interface UploadResource {
  readonly id: string
  readonly size: number
  readonly chunkSizeBytes: number
  readonly chunkCount: number
  readonly landed: readonly Run[]
  readonly sha256: readonly string[]
  readonly partial: readonly Prefix[]
  readonly expiresAt?: unknown
}

/** The acknowledgement of a part. */
export interface PartAck {
  readonly chunks: readonly { readonly index: number; readonly sha256: string }[]
  readonly partial: Prefix | null
}

/** Ids become parts of paths: nothing else may. */
const id = text(/^[\w-]{16,128}$/)
const sha256 = text(/^[\da-f]{64}$/)
const anyText = text(/^/)
const prefix = record<Prefix>({ index: count, bytes: count })
const isRun: Shape<Run> = (value): value is Run => list(count)(value) && value.length === 2

const resource = record<UploadResource>({
  id,
  size: count,
  chunkSizeBytes: count,
  chunkCount: count,
  landed: list(isRun),
  sha256: list(sha256),
  partial: list(prefix),
})
const ack = record<PartAck>({
  chunks: list(record({ index: count, sha256 })),
  partial: (value): value is Prefix | null => value === null || prefix(value),
})
const completed = record({ status: text(/^completed$/) })
const finished = record({
  result: record({
    id,
    name: anyText,
    size: count,
    type: anyText,
    url: anyText,
    digest: record({ root: anyText }),
  }),
}) as Shape<{ readonly result: NativeResult }>

const matches = record({ answers: list(record({ match: text(/^(yes|no)$/) })) }) as Shape<{
  readonly answers: readonly MatchAnswer<NativeResult>[]
}>

/** The resource of an open upload, or the result of a completed one. Throws `bad-response`. */
export function readResource(reply: Reply): UploadResource | { readonly result: NativeResult } {
  const value = reply.json()
  return completed(value) ? { result: resultIn(value, reply) } : read(resource, value)
}

/** The acknowledgement of a part. Throws `bad-response`. */
export function readAck(reply: Reply): PartAck {
  return read(ack, reply.json())
}

/** The result of a finished upload, its `url` made absolute. Throws `bad-response`. */
export function readResult(reply: Reply): NativeResult {
  return resultIn(reply.json(), reply)
}

/** The answers to so many questions for content. Throws `bad-response`. */
export function readMatches(reply: Reply, asked: number): readonly MatchAnswer<NativeResult>[] {
  const { answers } = read(matches, reply.json())
  if (answers.length !== asked) throw bad()
  return answers.map((answer) =>
    answer.match === 'yes' ? { ...answer, result: resultIn(answer, reply) } : answer,
  )
}

/** What landed, as byte ranges. Throws `bad-response` where a digest is missing. */
export function landedOf(resource: UploadResource): Landed {
  const { size, chunkSizeBytes, chunkCount, expiresAt } = resource
  const ranges: [number, number][] = []
  const digests: Record<number, string> = {}
  let at = 0
  for (const [first, count] of resource.landed) {
    const end = Math.min(first + count, chunkCount)
    ranges.push([first * chunkSizeBytes, end === chunkCount ? size : end * chunkSizeBytes])
    for (let index = first; index < end; index++) {
      const digest = resource.sha256[at++]
      if (digest === undefined) throw bad()
      digests[index] = digest
    }
  }
  for (const { index, bytes } of resource.partial) {
    ranges.push([index * chunkSizeBytes, index * chunkSizeBytes + bytes])
  }
  return { ranges, digests, ...(typeof expiresAt === 'number' && { expiresAtMs: expiresAt }) }
}

function resultIn(value: unknown, { url }: Reply): NativeResult {
  const { result } = read(finished, value)
  try {
    return url ? { ...result, url: new URL(result.url, url).href } : result
  } catch {
    throw bad()
  }
}

function read<T>(shape: Shape<T>, value: unknown): T {
  if (!shape(value)) throw bad()
  return value
}

function bad(): UploadError {
  return new UploadError('bad-response', { message: 'The answer is not what the protocol promises' })
}
