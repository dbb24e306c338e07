import { json, type Outgoing } from '../exchange.ts'
import { findObject } from './find-object.ts'
import type { SignerContext } from './signer-context.ts'
import type { Asked } from './signer-engine.ts'
import { signerProblem } from './signer-problem.ts'
import type { WireListedPart, WireS3Listed } from './signer-wire.ts'
import { isNoSuchUpload } from './store-failure.ts'
import { type StoredPart, storedParts } from './stored-parts.ts'

/** `POST {base}/parts`: what the bucket has, or the result where all is done already. */
export async function handleParts(context: SignerContext, { body, access }: Asked): Promise<Outgoing> {
  const grant = await context.grantOf(body['token'], access)
  const { client, bucket } = context.options
  if (grant.uploadId !== undefined) {
    try {
      const stored = await storedParts(client, bucket, grant)
      return json(200, { parts: [...stored.values()].map(wirePart) } satisfies WireS3Listed)
    } catch (error) {
      if (!isNoSuchUpload(error)) throw error
    }
  }
  const result = await findObject(context, grant)
  if (!result) throw signerProblem('upload-not-found')
  return json(200, { result } satisfies WireS3Listed)
}

function wirePart({ number, size, etag, sha256 }: StoredPart): WireListedPart {
  if (sha256 === undefined) return [number, size, etag]
  return [number, size, etag, Buffer.from(sha256, 'base64').toString('hex')]
}
