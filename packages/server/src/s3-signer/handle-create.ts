import { CreateMultipartUploadCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { json, type Outgoing } from '../exchange.ts'
import { checksumHeaders } from './checksum-headers.ts'
import { type DescribedObject, describeObject, digestName } from './describe-object.ts'
import { lookAtObject } from './find-object.ts'
import { presign } from './presign.ts'
import { readDigest, readFileFacts } from './read-asked.ts'
import type { SignerContext } from './signer-context.ts'
import type { Asked } from './signer-engine.ts'
import { signerProblem } from './signer-problem.ts'
import type { WireS3Created, WireSigned } from './signer-wire.ts'
import { plainEtag } from './stored-parts.ts'
import type { ChecksumHeader, UploadGrant } from './upload-token.ts'

/** `POST {base}`: signs the one PUT of a small file, or begins a multipart upload. */
export async function handleCreate(context: SignerContext, asked: Asked): Promise<Outgoing> {
  const file = readFileFacts(asked.body['file'])
  const sha256 = readDigest('sha256', asked.body['sha256'])
  const object = await describeObject(context, file, asked)
  const { key, mark, type } = object
  const { clock, sessionSeconds, onComplete } = context.options
  const begun = await begin(context, object, { sha256, isAgain: asked.body['again'] === true })
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
    ...('stored' in begun && begun),
  }
  return json(201, body)
}

type Stored = { readonly stored: { readonly etag: string } }
type Begun = { readonly uploadId: string; readonly checksum?: ChecksumHeader }

async function begin(
  context: SignerContext,
  object: DescribedObject,
  { sha256, isAgain }: { readonly sha256: string | undefined; readonly isAgain: boolean },
): Promise<Stored | Begun | { readonly signed: WireSigned }> {
  const { key, mark, file } = object
  if (file.count > 1) return beginParts(context, object)
  const there = isAgain ? await lookAtObject(context, { key, mark, size: file.size }) : undefined
  if (there && there.sha256 !== sha256) throw signerProblem('already-stored')
  if (there) return { stored: { etag: there.result.etag } }
  return file.size === 0 ? storeEmpty(context, object, sha256) : signWhole(context, object, sha256)
}

/**
 * Nobody is handed a signature for no bytes: some stores (Ceph 16) take headers that were not signed, and one of those
 * turns an empty PUT into a copy of whatever object these credentials can read.
 */
async function storeEmpty(
  { options: { client } }: SignerContext,
  { parameters }: DescribedObject,
  sha256: string | undefined,
): Promise<Stored> {
  const { ETag = '' } = await client.send(
    new PutObjectCommand({ ...announced(parameters, sha256), Body: '' }),
  )
  return { stored: { etag: plainEtag(ETag) } }
}

async function signWhole(
  { options, checksums }: SignerContext,
  { key, mark, file, parameters }: DescribedObject,
  sha256: string | undefined,
): Promise<{ readonly signed: WireSigned }> {
  const header = await checksums.forWhole(key)
  const command = new PutObjectCommand({
    ...announced(parameters, sha256),
    ContentLength: file.size,
    // What is there stays: who was told of it has looked at these bytes. Keys without the id are meant to be replaced.
    ...(key.includes(mark) && { IfNoneMatch: '*' }),
  })
  const more = checksumHeaders(header, sha256)
  return { signed: await presign(options.client, command, options.expiresInSeconds, more) }
}

function announced(
  parameters: DescribedObject['parameters'],
  sha256: string | undefined,
): DescribedObject['parameters'] {
  if (sha256 === undefined) return parameters
  return { ...parameters, Metadata: { ...parameters.Metadata, [digestName]: sha256 } }
}

async function beginParts(
  { options: { client }, checksums }: SignerContext,
  { parameters }: DescribedObject,
): Promise<Begun> {
  const command = new CreateMultipartUploadCommand({
    ...parameters,
    ...(checksums.isNamed && { ChecksumAlgorithm: 'SHA256' as const }),
  })
  const { UploadId: uploadId, ChecksumAlgorithm } = await client.send(command)
  if (uploadId === undefined) throw new Error('The store began an upload without an id')
  const checksum = checksums.read(ChecksumAlgorithm)
  return { uploadId, ...(checksum && { checksum }) }
}
