import { type Json, type ProtocolContext, UploadError } from '@lading/core/engine'
import type { SignedRequest } from '../presigned-put/put-signed.ts'
import type { PartsToComplete, PartToSign, S3Signer } from './s3-signer.ts'
import {
  ask,
  type Created,
  readCompleted,
  readCreated,
  readListed,
  readSignedPart,
  type S3Result,
} from './signer-api.ts'

/** What is known of an upload: of a file of one part nothing but the file itself, until it is signed. */
export type EndpointSession = { readonly token: string } | WholeFile

type WholeFile = {
  readonly file: { readonly [member: string]: Json | undefined }
  readonly created?: Omit<Created, 'signed' | 'stored'>
}

/** Speaks to `createS3Signer`. A file of one part costs one request beside its PUT, and no more unless it is asked for. */
export function endpointSigner(endpoint: string): S3Signer<EndpointSession, S3Result> {
  const base = endpoint.replace(/\/+$/, '')
  const create = async (ctx: ProtocolContext, file: Json, part?: PartToSign): Promise<Created> => {
    const { sha256, again } = part ?? {}
    return readCreated(
      await ask(ctx, base, { file, ...(sha256 !== undefined && { sha256 }), ...(again && { again }) }),
    )
  }
  return {
    async begin(ctx) {
      const file = describe(ctx)
      if (ctx.plan.count === 1) return { file }
      const { token } = await create(ctx, file)
      return { token }
    },
    async sign(ctx, session, part) {
      if ('token' in session) {
        const { number, size, sha256 } = part
        const parts = [{ number, size, ...(sha256 !== undefined && { sha256 }) }]
        return readSignedPart(await ask(ctx, `${base}/sign`, { token: session.token, parts }))
      }
      const { signed, stored, ...created } = await create(ctx, session.file, part)
      return { ...(stored ?? signed ?? unsigned()), session: { ...session, created } }
    },
    async list(ctx, session) {
      // What is one PUT has landed when its answer says so, or is put again.
      if (!('token' in session)) return { parts: [] }
      return readListed(await ask(ctx, `${base}/parts`, { token: session.token }))
    },
    async complete(ctx, session, parts) {
      const known = 'token' in session ? undefined : wholeResult(ctx, session, parts)
      if (known) return known
      return readCompleted(await ask(ctx, `${base}/complete`, completionOf(tokenOf(session), parts), true))
    },
    async abort(ctx, session) {
      const token = 'token' in session ? session.token : session.created?.token
      await ask(
        ctx,
        `${base}/abort`,
        token === undefined && 'file' in session ? { file: session.file } : { token },
      )
    },
  }
}

function describe({ file, plan }: ProtocolContext): WholeFile['file'] {
  const { uploadId, name, size, type, path, metadata } = file
  const { chunkSizeBytes, count } = plan
  return { uploadId, name, size, type, chunkSizeBytes, count, metadata, ...(path !== undefined && { path }) }
}

/** The result of one PUT whose answer said everything. */
function wholeResult(
  { plan }: ProtocolContext,
  { created }: WholeFile,
  { etags: [etag] }: PartsToComplete,
): S3Result | undefined {
  if (!created || created.confirm || etag === undefined) return undefined
  const { key, url, type } = created
  return { key, url, etag, size: plan.size, type }
}

function completionOf(token: string, { etags, identity }: PartsToComplete): Json {
  const known = etags.filter((etag) => etag !== undefined)
  return {
    token,
    ...(known.length === etags.length && { etags: known }),
    ...(identity && { root: identity.root }),
  }
}

function tokenOf(session: EndpointSession): string {
  const token = 'token' in session ? session.token : session.created?.token
  if (token === undefined)
    throw new UploadError('unexpected', { message: 'Completed before anything was signed' })
  return token
}

function unsigned(): SignedRequest {
  throw new UploadError('bad-response', { message: 'The signer signed nothing' })
}
