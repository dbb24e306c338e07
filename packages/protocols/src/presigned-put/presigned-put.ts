import {
  type FileFacts,
  type Json,
  type Metadata,
  type Protocol,
  type Reply,
  type RequestContext,
  toUploadError,
} from '@lading/core/engine'
import { checkPresignedPutOptions } from './presigned-put-options.ts'
import { putSigned, type SignedRequest } from './put-signed.ts'

/** A file as the function that signs is told of it. */
export interface FileToSign<Meta extends Metadata = Metadata> extends FileFacts<Meta> {
  /** Hex SHA-256 of the file; only with `checksum: 'sha-256'`, and where `integrity` is on. */
  readonly sha256?: string
}

/** What the function that signs answers. */
export interface SignedPut<Result = unknown> extends SignedRequest {
  /** What the upload's result is; a function makes it of the store's answer. */
  readonly result?: Result | ((reply: Reply) => Result)
}

/** The result where the function that signs names none. */
export interface PresignedPutResult {
  /** Where the file was put, without the signature. */
  readonly url: string
  /** Without quotes; absent where CORS hides it. */
  readonly etag?: string
}

/** The options of `presignedPut`. */
export interface PresignedPutOptions<Signed extends SignedPut, Meta extends Metadata = Metadata> {
  /**
   * Has a PUT signed, by your backend: `ctx.request` makes requests as the app does. Asked for each attempt, just
   * before the bytes go, and once more where the store refuses what may have expired.
   */
  readonly sign: (file: FileToSign<Meta>, ctx: RequestContext) => Signed | Promise<Signed>
  /** Reads the file before it is sent, so that its digest can be bound in the signature. @default false */
  readonly checksum?: 'sha-256' | false
}

/** The result of an upload that was signed like this. */
export type ResultOf<Signed> = Signed extends { readonly result: infer Given }
  ? Given extends (reply: Reply) => infer Made
    ? Made
    : Given
  : PresignedPutResult

/**
 * Sends each file whole in one request to a URL that somebody has signed: S3, Google Cloud Storage, Azure Blob Storage,
 * R2 and whatever is like them.
 *
 * There is nothing to resume; a cut starts the file again, and so does a lost answer. The `Content-Type` sent is the
 * file's own, or the one among `headers`: it must be what was signed. Azure wants `x-ms-blob-type: BlockBlob` among
 * them. Nothing of the app reaches the store.
 *
 * @example
 * const uploader = createUploader({
 *   protocol: presignedPut({
 *     sign: async ({ name, type }, ctx) => {
 *       const reply = await ctx.request({ method: 'POST', url: '/api/sign', body: { kind: 'json', value: { name, type } } })
 *       const { url, id } = reply.json() as { url: string; id: number }
 *       return { url, result: { id } }
 *     },
 *   }),
 * })
 */
export function presignedPut<Signed extends SignedPut, Meta extends Metadata = Metadata>(
  options: PresignedPutOptions<Signed, Meta>,
): Protocol<null, ResultOf<Signed>, Meta>
export function presignedPut<Meta extends Metadata>(
  options: PresignedPutOptions<SignedPut, Meta>,
): Protocol<null, unknown, Meta> {
  checkPresignedPutOptions(options)
  const { sign, checksum } = options
  return {
    name: 'presigned-put',
    version: 1,
    traits: () => ({
      plan: (size) => ({ size, chunkSizeBytes: Math.max(1, size), count: 1 }),
      grain: 'chunk',
      knows: 'nothing',
      resultFrom: 'send',
      ...(checksum && { chunkDigest: { algorithm: checksum, due: 'before' } }),
    }),
    open: async () => ({ session: null }),
    async send(ctx, _session, { blob, offset, size, digest }) {
      const file = { ...ctx.file, ...(digest !== undefined && { sha256: digest }) }
      const { reply, signed } = await putSigned<SignedPut>(ctx, blob, file.type, () =>
        signedBy(() => sign(file, ctx)),
      )
      return { through: offset + size, result: await resultOf(reply, signed) }
    },
  }
}

async function signedBy(sign: () => SignedPut | Promise<SignedPut>): Promise<SignedPut> {
  try {
    const signed = await sign()
    if (typeof signed?.url === 'string') return signed
  } catch (error) {
    throw toUploadError(error, 'option-failed')
  }
  throw toUploadError(new TypeError('`sign` gave no `url`'), 'option-failed')
}

async function resultOf(reply: Reply, { url, result }: SignedPut): Promise<unknown> {
  if (typeof result !== 'function') return result === undefined ? defaultResult(url, reply) : result
  try {
    return await result(reply)
  } catch (error) {
    throw toUploadError(error, 'bad-response')
  }
}

function defaultResult(url: string, reply: Reply): PresignedPutResult & { readonly [key: string]: Json } {
  const etag = plainEtag(reply)
  const [plain = url] = url.split(/[?#]/, 1)
  return { url: plain, ...(etag !== undefined && { etag }) }
}

/** An answer's ETag without quotes; undefined where there is none, or CORS hides it. */
export function plainEtag(reply: Reply): string | undefined {
  const etag = reply.header('etag')?.trim()
  return etag ? etag.replace(/^(W\/)?"|"$/g, '') : undefined
}
