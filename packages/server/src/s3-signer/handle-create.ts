import { CreateMultipartUploadCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { json, type Outgoing } from '../exchange.ts'
import { checksumHeaders } from './checksum-headers.ts'
import { type DescribedObject, describeObject } from './describe-object.ts'
import { presign } from './presign.ts'
import { readDigest, readFileFacts } from './read-asked.ts'
import type { SignerContext } from './signer-context.ts'
import type { Asked } from './signer-engine.ts'
import type { WireS3Created, WireSigned } from './signer-wire.ts'
import type { ChecksumHeader, UploadGrant } from './upload-token.ts'

/** `POST {base}`: signs the one PUT of a small file, or begins a multipart upload. */
export async function handleCreate(context: SignerContext, asked: Asked): Promise<Outgoing> {
  const file = readFileFacts(asked.body['file'])
  const sha256 = readDigest('sha256', asked.body['sha256'])
  const object = await describeObject(context, file, asked)
  const { key, mark, type } = object
  const { clock, sessionSeconds, onComplete } = context.options
  const begun = file.count === 1 ? await signWhole(context, object, sha256) : await begin(context, object)
  const grant: UploadGrant = {
    key,
    mark,
    type,
    size: file.size,
    chunkSizeBytes: file.chunkSizeBytes,
    count: file.count,
    expiresAt: clock.now() + sessionSeconds * 1000,
    ...('uploadId' in begun && begun),
    ...(asked.access.owner !== undefined && { owner: asked.access.owner }),
  }
  const body: WireS3Created = {
    key,
    type,
    url: await context.urlOf(key),
    token: (await context.tokens()).seal(grant),
    expiresAt: grant.expiresAt,
    confirm: onComplete !== undefined,
    ...('signed' in begun && begun),
  }
  return json(201, body)
}

async function signWhole(
  { options, checksums }: SignerContext,
  { key, file, parameters }: DescribedObject,
  sha256: string | undefined,
): Promise<{ readonly signed: WireSigned }> {
  const header = await checksums.forWhole(key)
  const command = new PutObjectCommand({ ...parameters, ContentLength: file.size })
  const more = checksumHeaders(header, sha256)
  return { signed: await presign(options.client, command, options.expiresInSeconds, more) }
}

async function begin(
  { options: { client }, checksums }: SignerContext,
  { parameters }: DescribedObject,
): Promise<{ readonly uploadId: string; readonly checksum?: ChecksumHeader }> {
  const command = new CreateMultipartUploadCommand({
    ...parameters,
    ...(checksums.isNamed && { ChecksumAlgorithm: 'SHA256' as const }),
  })
  const { UploadId: uploadId, ChecksumAlgorithm } = await client.send(command)
  if (uploadId === undefined) throw new Error('The store began an upload without an id')
  const checksum = checksums.read(ChecksumAlgorithm)
  return { uploadId, ...(checksum && { checksum }) }
}
