import { UploadPartCommand } from '@aws-sdk/client-s3'
import { json, type Outgoing } from '../exchange.ts'
import { checksumHeaders } from './checksum-headers.ts'
import { partSize } from './part-plan.ts'
import { presign } from './presign.ts'
import { readParts } from './read-asked.ts'
import type { SignerContext } from './signer-context.ts'
import type { Asked } from './signer-engine.ts'
import { signerProblem } from './signer-problem.ts'
import type { WireS3Part, WireS3Signed, WireSigned } from './signer-wire.ts'
import type { UploadGrant } from './upload-token.ts'

/** `POST {base}/sign`: signs parts, each for its own bytes. */
export async function handleSign(context: SignerContext, { body, access }: Asked): Promise<Outgoing> {
  const grant = await context.grantOf(body['token'], access)
  const parts = readParts(body['parts'])
  const signed = await Promise.all(parts.map((part) => signPart(context, grant, part)))
  return json(200, { signed } satisfies WireS3Signed)
}

async function signPart(
  { options: { client, bucket, expiresInSeconds } }: SignerContext,
  grant: UploadGrant,
  { number, size, sha256 }: WireS3Part,
): Promise<WireSigned> {
  const { key, uploadId, checksum } = grant
  if (uploadId === undefined || partSize(grant, number) !== size) throw signerProblem('part-mismatch')
  const command = new UploadPartCommand({
    Bucket: bucket,
    Key: key,
    UploadId: uploadId,
    PartNumber: number,
    ContentLength: size,
  })
  return presign(client, command, expiresInSeconds, checksumHeaders(checksum, sha256))
}
