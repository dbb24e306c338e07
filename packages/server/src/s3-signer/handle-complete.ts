import { createHash } from 'node:crypto'
import { CompleteMultipartUploadCommand } from '@aws-sdk/client-s3'
import { json, type Outgoing } from '../exchange.ts'
import { findObject } from './find-object.ts'
import { partSize } from './part-plan.ts'
import { readDigest } from './read-asked.ts'
import type { SignerContext } from './signer-context.ts'
import type { Asked } from './signer-engine.ts'
import { signerProblem } from './signer-problem.ts'
import type { WireS3Completed, WireS3Result } from './signer-wire.ts'
import { isNoSuchUpload } from './store-failure.ts'
import { plainEtag, type StoredPart, storedParts } from './stored-parts.ts'
import type { UploadGrant } from './upload-token.ts'

/** `POST {base}/complete`: puts the parts together, where they are the file that was described. Repeatable. */
export async function handleComplete(context: SignerContext, { body, access }: Asked): Promise<Outgoing> {
  const grant = await context.grantOf(body['token'], access)
  const etags = readEtags(body['etags'])
  const root = readDigest('root', body['root'])
  const result = await completed(context, grant, etags, root)
  await context.announce(result, grant.owner)
  return json(200, { result } satisfies WireS3Completed)
}

async function completed(
  context: SignerContext,
  grant: UploadGrant,
  etags: readonly string[] | undefined,
  root: string | undefined,
): Promise<WireS3Result> {
  if (grant.uploadId === undefined) {
    const whole = await findObject(context, grant)
    if (!whole) throw signerProblem('incomplete')
    return whole
  }
  try {
    const { client, bucket } = context.options
    const stored = await storedParts(client, bucket, grant)
    // Another upload of the same file may have been completed: it is not put in the place of that one.
    const there = await findObject(context, grant)
    if (there) return there
    return await join(context, grant, chosenParts(grant, stored, etags, root))
  } catch (error) {
    if (!isNoSuchUpload(error)) throw error
    // It may have been completed before, and the answer was lost.
    const before = await findObject(context, grant)
    if (!before) throw signerProblem('upload-not-found')
    return before
  }
}

/** The parts of the plan and no others: each is there, of its size, and what the client was told it is. */
function chosenParts(
  grant: UploadGrant,
  stored: ReadonlyMap<number, StoredPart>,
  etags: readonly string[] | undefined,
  root: string | undefined,
): StoredPart[] {
  if (etags && etags.length !== grant.count) throw signerProblem('incomplete', 'One ETag for each part')
  const chosen = Array.from({ length: grant.count }, (_, index) => {
    const part = stored.get(index + 1)
    if (!part || part.size !== partSize(grant, index + 1)) {
      throw signerProblem('incomplete', `Part ${index + 1} is not there, or not of its size`)
    }
    const etag = etags?.[index]
    if (etag !== undefined && plainEtag(etag) !== part.etag) {
      throw signerProblem('incomplete', `Part ${index + 1} is another one`)
    }
    return part
  })
  if (root !== undefined && !isRootOf(root, chosen)) throw signerProblem('identity-mismatch')
  return chosen
}

/** Whether the digests that the store keeps are those of the file; where it keeps none, nobody can tell. */
function isRootOf(root: string, parts: readonly StoredPart[]): boolean {
  const hash = createHash('sha256')
  for (const { sha256 } of parts) {
    if (sha256 === undefined) return true
    hash.update(Buffer.from(sha256, 'base64'))
  }
  return hash.digest('hex') === root
}

async function join(
  context: SignerContext,
  grant: UploadGrant,
  parts: readonly StoredPart[],
): Promise<WireS3Result> {
  const { client, bucket } = context.options
  const { key, uploadId, size, type } = grant
  const { ETag = '', VersionId } = await client.send(
    new CompleteMultipartUploadCommand({
      Bucket: bucket,
      Key: key,
      UploadId: uploadId,
      MultipartUpload: {
        Parts: parts.map(({ number, etag, sha256 }) => ({
          PartNumber: number,
          ETag: `"${etag}"`,
          ...(sha256 !== undefined && { ChecksumSHA256: sha256 }),
        })),
      },
    }),
  )
  const etag = plainEtag(ETag)
  // Ceph leaves it out, but for a repeated request.
  const found = etag === '' ? await findObject(context, grant) : undefined
  if (found) return found
  const versionId = VersionId === undefined ? {} : { versionId: VersionId }
  return { key, url: await context.urlOf(key), etag, size, type, ...versionId }
}

function readEtags(value: unknown): readonly string[] | undefined {
  if (value === undefined) return undefined
  const areEtags = Array.isArray(value) && value.every((etag) => typeof etag === 'string')
  if (!areEtags) throw signerProblem('invalid-request', '`etags` cannot be meant')
  return value
}
