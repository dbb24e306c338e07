import {
  isUploadError,
  type Json,
  type Reply,
  type RequestContext,
  UploadError,
  type UploadErrorCode,
} from '@lading/core/engine'
import type { SignedRequest } from '../presigned-put/put-signed.ts'
import type { StoredPart } from './s3-signer.ts'

/** A finished upload to a bucket. */
export interface S3Result {
  readonly key: string
  /** Where the object is; without a signature, so the bucket may not let everybody read it. */
  readonly url: string
  /** Without quotes. */
  readonly etag: string
  readonly size: number
  /** The Content-Type the object has. */
  readonly type: string
  /** In a bucket with versions. */
  readonly versionId?: string
}

/** What a signer says of an upload that has begun. */
export interface Created {
  readonly key: string
  readonly type: string
  readonly url: string
  readonly token: string
  readonly confirm: boolean
  readonly signed?: SignedRequest
  readonly stored?: { readonly etag: string }
}

/** Putting 10,000 parts together moves no byte for a while. */
const completionMs = 5 * 60_000

/** What is the operator's to mend: trying again is of no use, whatever the status. */
const unmendable: Readonly<Record<string, UploadErrorCode>> = {
  'bucket-not-found': 'not-found',
  'store-refused': 'forbidden',
  'clock-skewed': 'forbidden',
  'identity-mismatch': 'integrity-failed',
}

/** Asks the signer, with the app's credentials. */
export async function ask(ctx: RequestContext, url: string, value: Json, isSlow = false): Promise<Reply> {
  try {
    return await ctx.request({
      method: 'POST',
      url,
      body: { kind: 'json', value },
      ...(isSlow && { answerWithinMs: completionMs }),
    })
  } catch (error) {
    const code = isUploadError(error) && error.serverCode ? unmendable[error.serverCode] : undefined
    if (!code || !isUploadError(error) || !error.serverCode) throw error
    const { message, serverCode } = error
    throw new UploadError(code, { message, serverCode, retryable: false })
  }
}

/** The answer to a beginning. */
export function readCreated(reply: Reply): Created {
  const { key, type, url, token, confirm, signed, stored } = objectOf(reply.json(), reply)
  if (typeof key !== 'string' || typeof url !== 'string' || typeof token !== 'string') throw nonsense(reply)
  return {
    key,
    type: typeof type === 'string' ? type : '',
    url,
    token,
    confirm: confirm === true,
    ...(signed !== undefined && { signed: readSigned(signed, reply) }),
    ...(stored !== undefined && { stored: readStored(stored, reply) }),
  }
}

function readStored(value: unknown, reply: Reply): { readonly etag: string } {
  const { etag } = objectOf(value, reply)
  if (typeof etag !== 'string') throw nonsense(reply)
  return { etag }
}

/** The one signature that was asked for. */
export function readSignedPart(reply: Reply): SignedRequest {
  const { signed } = objectOf(reply.json(), reply)
  return readSigned(Array.isArray(signed) ? signed[0] : undefined, reply)
}

/** The list of parts, or the result. */
export function readListed(reply: Reply): { parts: StoredPart[] } | { result: S3Result } {
  const { parts, result } = objectOf(reply.json(), reply)
  if (result !== undefined) return { result: readResult(result, reply) }
  if (!Array.isArray(parts)) throw nonsense(reply)
  return {
    parts: parts.map((part: unknown) => {
      const [number, size, etag, sha256]: unknown[] = Array.isArray(part) ? part : []
      if (typeof number !== 'number' || typeof size !== 'number' || typeof etag !== 'string')
        throw nonsense(reply)
      return { number, size, etag, ...(typeof sha256 === 'string' && { sha256 }) }
    }),
  }
}

/** The answer to a completion. */
export function readCompleted(reply: Reply): S3Result {
  return readResult(objectOf(reply.json(), reply)['result'], reply)
}

function readResult(value: unknown, reply: Reply): S3Result {
  const { key, url, etag, size, type, versionId } = objectOf(value, reply)
  if (typeof key !== 'string' || typeof url !== 'string' || typeof etag !== 'string') throw nonsense(reply)
  if (typeof size !== 'number' || typeof type !== 'string') throw nonsense(reply)
  return { key, url, etag, size, type, ...(typeof versionId === 'string' && { versionId }) }
}

function readSigned(value: unknown, reply: Reply): SignedRequest {
  const { url, method, headers } = objectOf(value, reply)
  if (typeof url !== 'string' || typeof method !== 'string') throw nonsense(reply)
  const pairs = Object.entries(objectOf(headers, reply)).map(([name, text]) => {
    if (typeof text !== 'string') throw nonsense(reply)
    return [name, text] as const
  })
  return { url, method, headers: Object.fromEntries(pairs) }
}

function objectOf(value: unknown, reply: Reply): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw nonsense(reply)
  return value as Readonly<Record<string, unknown>>
}

function nonsense({ status }: Reply): UploadError {
  return new UploadError('bad-response', {
    message: 'The answer is none of createS3Signer(): is `endpoint` where it is mounted?',
    status,
  })
}
