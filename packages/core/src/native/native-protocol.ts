import type { NativeResult } from '../api/options.ts'
import { misuse } from '../errors/misuse.ts'
import { isUploadError, UploadError, withDetails } from '../errors/upload-error.ts'
import { isSamePlan, planChunks } from '../ledger/plan.ts'
import type {
  Completion,
  Done,
  Identity,
  Landed,
  Lost,
  Opened,
  Part,
  Plan,
  Protocol,
  ProtocolContext,
  ProtocolTraits,
  Recount,
  RequestContext,
  Sent,
} from '../ports/protocol.ts'
import { digestHeader, uploadHeader } from './headers.ts'
import { match } from './match.ts'
import { landedOf, readAck, readResource, readResult, type UploadResource } from './wire.ts'

const defaultChunkBytes = 8 * 1024 * 1024
/** Putting a file together moves no byte for a while. */
const completionMs = 5 * 60_000
/** What `Lading-Upload` may hold. */
const maxHeaderLength = 8192

/** An upload on the server, or a one-chunk file that will be sent and published by one request. */
export type NativeSession = { readonly id: string } | { readonly single: string }

/** Where the native server is. */
export interface NativeProtocolOptions {
  /** The path or URL the server is mounted at, such as `/uploads`. */
  readonly endpoint: string
}

/** The protocol of `@lading/server`, version 1, as docs/protocol.md has it. Throws a TypeError without an endpoint. */
export function nativeProtocol({ endpoint }: NativeProtocolOptions): Protocol<NativeSession, NativeResult> {
  if (typeof endpoint !== 'string' || endpoint === '') throw misuse('endpoint', 'a path or a URL', endpoint)
  const base = endpoint.replace(/\/+$/, '')
  const at = (session: NativeSession, rest = ''): string =>
    'id' in session ? `${base}/${session.id}${rest}` : base
  return {
    name: 'lading',
    version: 1,
    traits: ({ size }) => traitsFor(size),
    open: (ctx, { identity }) => open(ctx, base, identity),
    send: (ctx, session, part) =>
      guarded(() =>
        'id' in session ? sendPart(ctx, at(session), part) : sendWhole(ctx, base, session.single, part),
      ),
    landed: async (ctx, session) => {
      if (!('id' in session)) return { ranges: [] }
      const answer = await guarded(() => askLanded(ctx, at(session)))
      return 'recount' in answer ? { lost: 'reset' } : answer
    },
    match: (ctx, asks) => match(ctx, `${base}/matches`, asks, completionMs),
    complete: (ctx, session, completion) =>
      guarded(() => complete(ctx, at(session, '/complete'), completion)),
    abort: (ctx, session) => ('id' in session ? drop(ctx, at(session)) : Promise.resolve()),
    remove: (ctx, result) => drop(ctx, `${base}/files/${encodeURIComponent(result.id)}`),
  }
}

/** A file of one chunk says its digest ahead; of a larger one the digests are compared afterwards. */
function traitsFor(size: number): ProtocolTraits {
  const isSmall = size <= defaultChunkBytes
  return {
    plan: (bytes, wanted) => planChunks(bytes, wanted, { chunkSizeBytes: defaultChunkBytes }),
    grain: 'byte',
    knows: 'list',
    identity: { scheme: 'sha-256-composite', due: isSmall ? 'open' : 'any-time' },
    chunkDigest: { algorithm: 'sha-256', due: isSmall ? 'before' : 'after' },
    resultFrom: 'complete',
    chunksPerPart: 4,
  }
}

async function open(
  ctx: ProtocolContext,
  base: string,
  identity: Identity | undefined,
): Promise<Opened<NativeSession> | Done<NativeResult>> {
  const { file, plan } = ctx
  const { name, type, metadata } = file
  const { size, chunkSizeBytes } = plan
  const description = { name, type, size, chunkSizeBytes, metadata }
  const single = uploadHeader(description)
  if (plan.count === 1 && identity && single.length <= maxHeaderLength) return { session: { single } }
  const reply = await ctx.request({
    method: 'POST',
    url: base,
    headers: { 'Idempotency-Key': file.uploadId },
    body: { kind: 'json', value: description },
  })
  const resource = readResource(reply)
  if ('result' in resource) return uploaded(resource.result)
  if (!isCutAs(plan, resource)) throw new UploadError('bad-response', { message: 'Another file was opened' })
  const landed = landedOf(resource)
  const { expiresAtMs } = landed
  return { session: { id: resource.id }, landed, ...(expiresAtMs !== undefined && { expiresAtMs }) }
}

function uploaded(result: NativeResult): Done<NativeResult> {
  return { done: { how: 'uploaded', result } }
}

function isCutAs(plan: Plan, { size, chunkSizeBytes, chunkCount: count }: UploadResource): boolean {
  return isSamePlan(plan, { size, chunkSizeBytes, count })
}

async function sendWhole(
  ctx: ProtocolContext,
  url: string,
  single: string,
  { offset, size, blob, digest }: Part,
): Promise<Sent<NativeSession, NativeResult>> {
  if (digest === undefined) throw new UploadError('hash-failed', { message: 'No digest for the file' })
  const reply = await ctx.request({
    method: 'POST',
    url,
    headers: {
      'Content-Type': 'application/octet-stream',
      'Idempotency-Key': ctx.file.uploadId,
      'Lading-Upload': single,
      'Content-Digest': digestHeader(digest),
    },
    body: { kind: 'blob', blob },
  })
  return { through: offset + size, result: readResult(reply) }
}

async function sendPart(
  ctx: ProtocolContext,
  url: string,
  { offset, size, blob, digest, replaces }: Part,
): Promise<Sent<NativeSession, NativeResult>> {
  const reply = await ctx.request({
    method: 'PATCH',
    url,
    headers: {
      'Content-Type': 'application/octet-stream',
      'Upload-Offset': String(offset),
      ...(digest !== undefined && { 'Content-Digest': digestHeader(digest) }),
      ...(replaces !== undefined && { 'Lading-Replaces': digestHeader(replaces) }),
    },
    body: { kind: 'blob', blob },
  })
  const { chunks, partial } = readAck(reply)
  const through = partial ? partial.index * ctx.plan.chunkSizeBytes + partial.bytes : offset + size
  return { through, digests: Object.fromEntries(chunks.map(({ index, sha256 }) => [index, sha256])) }
}

async function askLanded(ctx: ProtocolContext, url: string): Promise<Landed | Lost | Done<NativeResult>> {
  const resource = readResource(await ctx.request({ method: 'GET', url }))
  if ('result' in resource) return uploaded(resource.result)
  if (!isCutAs(ctx.plan, resource)) return { lost: 'plan-changed' }
  return landedOf(resource)
}

async function complete(
  ctx: ProtocolContext,
  url: string,
  { identity }: Completion,
): Promise<{ result: NativeResult }> {
  const reply = await ctx.request({
    method: 'POST',
    url,
    body: { kind: 'json', value: identity && 'root' in identity ? { identity: { ...identity } } : {} },
    answerWithinMs: completionMs,
  })
  return { result: readResult(reply) }
}

async function drop(ctx: RequestContext, url: string): Promise<void> {
  await ctx.request({
    method: 'DELETE',
    url,
    accept: (status) => (status >= 200 && status < 300) || status === 404 || status === 409 || status === 410,
  })
}

/** What the server's own codes mean for the journey; any other failure stays what its status says. */
async function guarded<T>(speak: () => Promise<T>): Promise<T | Lost | Recount> {
  try {
    return await speak()
  } catch (error) {
    if (!isUploadError(error)) throw error
    switch (error.serverCode) {
      case 'upload-not-found':
      case 'upload-aborted':
        return { lost: 'gone' }
      case 'upload-expired':
        return { lost: 'expired' }
      case 'idempotency-mismatch':
        return { lost: 'reset' }
      case 'offset-conflict':
      case 'chunk-conflict':
      case 'upload-completed':
      case 'incomplete':
        return { recount: true }
      case 'superseded':
      case 'length-mismatch':
      case 'digest-mismatch':
        // it came to grief on the way: the same request may get through
        throw withDetails(error, { retryable: true }, 'integrity-failed')
      case 'body-too-large':
        // said of the request, as a proxy says it: without a code, so that smaller ones are tried
        throw new UploadError('too-large', { message: error.message, status: 413 })
      case 'identity-mismatch':
        throw withDetails(error, {}, 'integrity-failed')
      default:
        throw error
    }
  }
}
