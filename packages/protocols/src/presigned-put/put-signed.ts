import { isUploadError, type Reply, type RequestContext, type UploadError } from '@lading/core/engine'
import { isRefusal, storeError } from './store-error.ts'

/** A request that somebody else has signed, to be made as it is. */
export interface SignedRequest {
  readonly url: string
  /** All that were signed but for Content-Length and Host, which browsers set. */
  readonly headers?: Readonly<Record<string, string>>
  /** @default 'PUT' */
  readonly method?: string
}

/** What a store said to a signed request. */
export interface PutAnswer<Signed extends SignedRequest> {
  readonly reply: Reply
  readonly signed: Signed
}

/** A fresh signature would not help. */
const notOfAge = new Set([
  'RequestTimeTooSkewed',
  'SignatureDoesNotMatch',
  'InvalidAccessKeyId',
  'NoSuchBucket',
])

/**
 * Signs and puts a body, without anything of the app's: no cookies, headers or interceptors. Where the store refuses
 * what may have expired, or what may be there since an answer was lost, it is signed again, once. What signs may say
 * that nothing is to be sent: that is the answer then.
 */
export async function putSigned<
  Signed extends SignedRequest,
  InPlace extends { readonly etag: string } = never,
>(
  ctx: RequestContext,
  blob: Blob,
  type: string,
  sign: (isAgain: boolean) => Promise<Signed | InPlace>,
): Promise<PutAnswer<Signed> | InPlace> {
  const signed = await sign(false)
  if (isInPlace(signed)) return signed
  try {
    return { reply: await put(ctx, blob, type, signed), signed }
  } catch (error) {
    if (!isUploadError(error) || !(mayHaveExpired(error) || error.status === 412)) throw error
  }
  const again = await sign(true)
  return isInPlace(again) ? again : { reply: await put(ctx, blob, type, again), signed: again }
}

function isInPlace<Signed extends SignedRequest, InPlace extends { readonly etag: string }>(
  signed: Signed | InPlace,
): signed is InPlace {
  return !('url' in signed)
}

async function put(
  ctx: RequestContext,
  blob: Blob,
  type: string,
  { url, headers, method = 'PUT' }: SignedRequest,
): Promise<Reply> {
  let refusal: UploadError | undefined
  try {
    return await ctx.request({
      method,
      url,
      ...(headers && { headers }),
      body: { kind: 'blob', blob, type },
      credentials: 'none',
      accept: (_status, reply) => {
        refusal = isRefusal(reply) ? storeError(reply, ctx.now()) : undefined
        return refusal === undefined
      },
    })
  } catch (error) {
    throw refusal ?? error
  }
}

/** S3 says 403 AccessDenied, for a token of temporary credentials 400; Ceph gives no reason with it. */
function mayHaveExpired({ status, serverCode }: UploadError): boolean {
  if (serverCode === 'ExpiredToken' || serverCode === 'RequestExpired') return true
  return status === 403 && !(serverCode !== undefined && notOfAge.has(serverCode))
}
