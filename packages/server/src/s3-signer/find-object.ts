import { HeadObjectCommand } from '@aws-sdk/client-s3'
import { digestName, markName } from './describe-object.ts'
import type { SignerContext } from './signer-context.ts'
import type { WireS3Result } from './signer-wire.ts'
import { storeErrorOf } from './store-failure.ts'
import { plainEtag } from './stored-parts.ts'
import type { UploadGrant } from './upload-token.ts'

/** An object, and the digest it was announced with. */
export interface FoundObject {
  readonly result: WireS3Result
  readonly sha256: string | undefined
}

type Wanted = Pick<UploadGrant, 'key' | 'mark' | 'size'>

/** The object of an upload, where it is there, whole, and this upload's. */
export async function findObject(context: SignerContext, grant: Wanted): Promise<WireS3Result | undefined> {
  return (await lookAtObject(context, grant))?.result
}

/** The same with what was said of its content. */
export async function lookAtObject(context: SignerContext, grant: Wanted): Promise<FoundObject | undefined> {
  const { client, bucket } = context.options
  const { key, mark, size } = grant
  try {
    const head = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }))
    if (head.Metadata?.[markName] !== mark || head.ContentLength !== size) return undefined
    const result = {
      key,
      url: await context.urlOf(key),
      etag: plainEtag(head.ETag ?? ''),
      size,
      type: head.ContentType ?? 'application/octet-stream',
      ...(head.VersionId !== undefined && { versionId: head.VersionId }),
    }
    return { result, sha256: head.Metadata[digestName] }
  } catch (error) {
    if (storeErrorOf(error)?.status === 404) return undefined
    throw error
  }
}
