import {
  type Completion,
  isUploadError,
  type Json,
  type Landed,
  type Lost,
  type Metadata,
  type Part,
  type Plan,
  type Protocol,
  type ProtocolContext,
  type Recount,
  type Sent,
  toUploadError,
  UploadError,
} from '@lading/core/engine'
import { plainEtag } from '../presigned-put/presigned-put.ts'
import { putSigned } from '../presigned-put/put-signed.ts'
import { type EndpointSession, endpointSigner } from './endpoint-signer.ts'
import { checkS3Options, type S3CommonOptions, type S3Options } from './s3-options.ts'
import { defaultSinglePutBytes, partSize, planParts } from './s3-plan.ts'
import type { PartInPlace, S3Signer, SignedPart, StoredPart } from './s3-signer.ts'
import type { S3Result } from './signer-api.ts'

/** What is kept of an upload: how it was cut, and what its signer wants to know again. Never a signed URL. */
export type S3Session<Inner extends Json = Json> = {
  readonly plan: { readonly size: number; readonly chunkSizeBytes: number; readonly count: number }
  readonly signer: Inner
}

/**
 * Sends files straight to a bucket: small ones with one PUT, larger ones as a multipart upload, parts in parallel and
 * in any order. Each request is signed just before it is made, by `createS3Signer` at `endpoint` or by a `signer` of
 * your own. Nothing of the app reaches the bucket: no cookies, headers or interceptors.
 *
 * The bucket needs CORS rules for the page's origin: method `PUT`, all headers, and `ETag` exposed.
 *
 * @example
 * const uploader = createUploader({ protocol: s3({ endpoint: '/s3' }) })
 */
export function s3<Meta extends Metadata = Metadata>(
  options: S3CommonOptions & { readonly endpoint: string },
): Protocol<S3Session<EndpointSession>, S3Result, Meta>
export function s3<Session extends Json, Result, Meta extends Metadata = Metadata>(
  options: S3CommonOptions & { readonly signer: S3Signer<Session, Result, Meta> },
): Protocol<S3Session<Session>, Result, Meta>
export function s3(
  options: S3Options,
): Protocol<S3Session, unknown> | Protocol<S3Session<EndpointSession>, S3Result> {
  checkS3Options(options)
  return options.signer
    ? withSigner(options.signer, options)
    : withSigner(endpointSigner(options.endpoint), options)
}

function withSigner<Session extends Json, Result, Meta extends Metadata>(
  signer: S3Signer<Session, Result, Meta>,
  { singlePutBytes = defaultSinglePutBytes, checksum = 'sha-256' }: S3CommonOptions,
): Protocol<S3Session<Session>, Result, Meta> {
  const { list, abort } = signer
  return {
    name: 's3',
    version: 1,
    traits: () => ({
      plan: (size, wanted) => planParts(size, wanted, singlePutBytes),
      grain: 'chunk',
      knows: list ? 'list' : 'nothing',
      resultFrom: 'complete',
      ...(checksum && {
        identity: { scheme: 'sha-256-composite', due: 'any-time' },
        chunkDigest: { algorithm: checksum, due: 'before' },
      }),
    }),
    async open(ctx) {
      const { size, chunkSizeBytes, count } = ctx.plan
      const inner = await spoken(() => signer.begin(ctx))
      return { session: { plan: { size, chunkSizeBytes, count }, signer: inner } }
    },
    send: (ctx, session, part) => inPlan(ctx, session, () => sendPart(signer, ctx, session, part)),
    ...(list && {
      landed: (ctx, session) =>
        inPlan(ctx, session, async () => {
          const listed = await list.call(signer, ctx, session.signer)
          if ('result' in listed) return { done: { how: 'uploaded', result: listed.result } }
          return landedOf(ctx.plan, listed.parts)
        }),
    }),
    complete: (ctx, session, completion) =>
      inPlan(ctx, session, () => complete(signer, ctx, session, completion)),
    ...(abort && { abort: (ctx, session) => abort.call(signer, ctx, session.signer) }),
  }
}

async function sendPart<Session extends Json, Result, Meta extends Metadata>(
  signer: S3Signer<Session, Result, Meta>,
  ctx: ProtocolContext<Meta>,
  session: S3Session<Session>,
  { first, offset, size, blob, digest }: Part,
): Promise<Sent<S3Session<Session>, Result>> {
  const part = { number: first + 1, size, ...(digest !== undefined && { sha256: digest }) }
  const answer = await putSigned<SignedPart<Session>, PartInPlace<Session>>(ctx, blob, blob.type, (again) =>
    signer.sign(ctx, session.signer, { ...part, ...(again && { again }) }),
  )
  const etag = 'etag' in answer ? answer.etag : plainEtag(answer.reply)
  if (etag === undefined && ctx.plan.count > 1) {
    throw new UploadError('bad-response', {
      message:
        'The ETag of a part cannot be read: add ETag to ExposeHeaders of the CORS rules of the bucket ' +
        '(Access-Control-Expose-Headers: ETag)',
    })
  }
  const { session: inner } = 'etag' in answer ? answer : answer.signed
  return {
    through: offset + size,
    ...(etag !== undefined && { receipt: etag }),
    ...(inner !== undefined && { session: (current: S3Session<Session>) => ({ ...current, signer: inner }) }),
  }
}

async function complete<Session extends Json, Result, Meta extends Metadata>(
  signer: S3Signer<Session, Result, Meta>,
  ctx: ProtocolContext<Meta>,
  session: S3Session<Session>,
  { receipts, identity }: Completion,
): Promise<{ result: Result } | Recount> {
  const etags = receipts.map((receipt) => (typeof receipt === 'string' ? receipt : undefined))
  const content = identity && 'root' in identity ? { identity } : {}
  try {
    return { result: await signer.complete(ctx, session.signer, { etags, ...content }) }
  } catch (error) {
    if (isUploadError(error) && error.status === 409) return { recount: true }
    throw error
  }
}

/** Does nothing with a session of another plan; and understands that an upload is not there any more. */
async function inPlan<T>(
  { plan }: { readonly plan: Plan },
  session: S3Session,
  speak: () => Promise<T>,
): Promise<T | Lost> {
  const { size, chunkSizeBytes, count } = session.plan
  if (size !== plan.size || chunkSizeBytes !== plan.chunkSizeBytes || count !== plan.count) {
    return { lost: 'plan-changed' }
  }
  try {
    return await spoken(speak)
  } catch (error) {
    const reason = isUploadError(error) ? lossOf(error) : undefined
    if (reason) return { lost: reason }
    throw error
  }
}

/** What the app's own functions throw is theirs. */
async function spoken<T>(speak: () => Promise<T>): Promise<T> {
  try {
    return await speak()
  } catch (error) {
    throw toUploadError(error, 'option-failed')
  }
}

function lossOf({ status, serverCode }: UploadError): Lost['lost'] | undefined {
  if (serverCode === 'NoSuchBucket') return undefined
  if (status === 410) return 'expired'
  return status === 404 || serverCode === 'NoSuchUpload' || serverCode === 'token-invalid'
    ? 'gone'
    : undefined
}

/** What is there: a part of another size than the plan's is not, whoever put it there. */
function landedOf(plan: Plan, parts: readonly StoredPart[]): Landed {
  const right = parts.filter(({ number, size }) => partSize(plan, number) === size)
  return {
    ranges: right.map(({ number, size }) => {
      const start = (number - 1) * plan.chunkSizeBytes
      return [start, start + size]
    }),
    receipts: Object.fromEntries(right.map(({ number, etag }) => [number - 1, etag])),
    digests: Object.fromEntries(
      right.flatMap(({ number, sha256 }) => (sha256 === undefined ? [] : [[number - 1, sha256]])),
    ),
  }
}
