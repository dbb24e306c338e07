import { ForeignResponse } from '../exchange.ts'
import { isObject } from '../read-json.ts'
import { assertKey, extensionOf, type KeyFacts, safeName } from './object-key.ts'
import { assertPlan } from './part-plan.ts'
import type { SignerContext } from './signer-context.ts'
import type { Asked } from './signer-engine.ts'
import type { S3ObjectParameters } from './signer-options.ts'
import { signerProblem } from './signer-problem.ts'
import type { WireS3File } from './signer-wire.ts'

/** What a file will be in the bucket: the same each time it is asked for. */
export interface DescribedObject {
  readonly file: WireS3File
  readonly key: string
  readonly type: string
  /** What marks the object as this upload's. */
  readonly mark: string
  /** What the commands that make it are given. */
  readonly parameters: S3ObjectParameters & { Bucket: string; Key: string; ContentType: string }
}

/** The name of the metadata that says whose upload an object is. */
export const markName = 'lading-upload'

/** The name of the metadata that says with which SHA-256 a file of one part was announced. */
export const digestName = 'lading-sha256'

/** Looks whether a file is taken, and where it goes. */
export async function describeObject(
  context: SignerContext,
  file: WireS3File,
  { access, toRequest }: Pick<Asked, 'access' | 'toRequest'>,
): Promise<DescribedObject> {
  const { bucket, keyFor, maxSizeBytes, types, objectParameters } = context.options
  const type = mediaTypeOf(file.type)
  if (file.size > maxSizeBytes) throw signerProblem('file-too-large', `At most ${maxSizeBytes} bytes`)
  if (types && !types.some((allowed) => isOfType(type, allowed))) {
    throw signerProblem('type-not-allowed', `Taken are ${types.join(', ')}`)
  }
  assertPlan(file)
  const { uploadId, name, size, chunkSizeBytes, count, path, metadata } = file
  const { owner } = access
  const mark = (await context.tokens()).idOf(
    JSON.stringify([owner ?? null, uploadId, name, type, size, chunkSizeBytes, count]),
  )
  const facts: KeyFacts = {
    id: mark,
    name: safeName(name),
    extension: extensionOf(name),
    type,
    size,
    metadata: isObject(metadata) ? metadata : {},
    ...(path !== undefined && { path }),
    ...(owner !== undefined && { owner }),
  }
  const key = assertKey(await madeBy(() => keyFor(facts, toRequest())))
  const given = objectParameters(facts)
  const Metadata = { ...given.Metadata, [markName]: mark }
  return {
    file,
    key,
    type,
    mark,
    parameters: { ...given, Bucket: bucket, Key: key, ContentType: type, Metadata },
  }
}

async function madeBy(make: () => string | Promise<string>): Promise<string> {
  try {
    return await make()
  } catch (error) {
    if (error instanceof Response) throw new ForeignResponse(error)
    throw error
  }
}

/** A claimed type where it is one: it goes into a header. */
function mediaTypeOf(claimed: string): string {
  const type = claimed.trim().toLowerCase()
  return /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(\s*;\s*[\w!#$&^.+-]+=[\w!#$&^.+-]+)*$/.test(type)
    ? type
    : 'application/octet-stream'
}

function isOfType(type: string, allowed: string): boolean {
  const [plain = ''] = type.split(';')
  return allowed.endsWith('/*') ? plain.startsWith(allowed.slice(0, -1)) : plain.trim() === allowed
}
