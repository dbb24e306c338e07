import { AbortMultipartUploadCommand, DeleteObjectCommand } from '@aws-sdk/client-s3'
import { noContent, type Outgoing } from '../exchange.ts'
import { describeObject } from './describe-object.ts'
import { findObject } from './find-object.ts'
import { readFileFacts } from './read-asked.ts'
import type { SignerContext } from './signer-context.ts'
import type { Asked } from './signer-engine.ts'
import { isNoSuchUpload } from './store-failure.ts'
import { storedParts } from './stored-parts.ts'
import type { UploadGrant } from './upload-token.ts'

/** A part that was on its way may land after the upload was aborted. */
const mostAborts = 3

/** `POST {base}/abort`: drops what there is of an upload, and only of this one. */
export async function handleAbort(context: SignerContext, asked: Asked): Promise<Outgoing> {
  const { body, access } = asked
  if (body['token'] === undefined) {
    const { file, key, mark } = await describeObject(context, readFileFacts(body['file']), asked)
    await dropWhole(context, { key, mark, size: file.size })
  } else {
    const grant = await context.grantOf(body['token'], access)
    await (grant.uploadId === undefined ? dropWhole(context, grant) : dropParts(context, grant))
  }
  return noContent()
}

async function dropParts({ options: { client, bucket } }: SignerContext, grant: UploadGrant): Promise<void> {
  const { key, uploadId } = grant
  try {
    for (let left = mostAborts; left > 0; left--) {
      await client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key: key, UploadId: uploadId }))
      await storedParts(client, bucket, grant)
    }
  } catch (error) {
    if (!isNoSuchUpload(error)) throw error
  }
}

/** A key of the app's own choice may be that of another object: only ours goes. */
async function dropWhole(
  context: SignerContext,
  grant: Pick<UploadGrant, 'key' | 'mark' | 'size'>,
): Promise<void> {
  if (!(await findObject(context, grant))) return
  const { client, bucket } = context.options
  await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: grant.key }))
}
