import type { Access } from './access.ts'
import { isSameIdentity } from './chunk-ledger.ts'
import { readDigestHeader } from './digest-header.ts'
import { assertContentType, json, noContent, type Outgoing } from './exchange.ts'
import type { Part } from './part-receiver.ts'
import { problem } from './problem.ts'
import { readIdentity } from './read-identity.ts'
import { readJsonObject } from './read-json.ts'
import { receivePart } from './receive-part.ts'
import type { Handler, ServerContext } from './server-context.ts'
import type { FileRecord } from './storage.ts'
import type { FindScope, Found } from './upload-registry.ts'
import { uploadToWire } from './upload-to-wire.ts'
import type { WireCompleted, WireSent } from './wire.ts'

const LONGEST_COMPLETE = 4096

/** `PATCH {base}/{id}`: a part. */
export const handleSend: Handler = async (context, incoming, access, id) => {
  assertContentType(incoming, 'application/octet-stream')
  if (incoming.bodyLength === undefined) throw problem('length-required')
  const part: Part = {
    offset: readOffset(incoming.header('upload-offset')),
    length: incoming.bodyLength,
    digest: readDigestHeader('Content-Digest', incoming.header('content-digest')),
    replaces: readDigestHeader('Lading-Replaces', incoming.header('lading-replaces')),
  }
  const found = await findNative(context, access, id, 'record')
  if ('file' in found) throw completed(context, found.file)
  const received = await receivePart(found.upload, part, incoming.body)
  const answer: WireSent = { ...received, expiresAt: found.upload.expiresAt }
  return json(200, answer)
}

/** `GET {base}/{id}`: what the server has. */
export const handleStatus: Handler = async (context, _incoming, access, id) =>
  json(200, uploadToWire(await findNative(context, access, id), context.resultOf))

/** `POST {base}/{id}/complete`: makes the upload a file, or says that it is one. */
export const handleComplete: Handler = async (context, incoming, access, id) => {
  if (incoming.bodyLength !== 0) assertContentType(incoming, 'application/json')
  const { identity } = (await readJsonObject(incoming.body, LONGEST_COMPLETE)) ?? {}
  const expected = identity === undefined ? undefined : readIdentity(identity)
  const found = await findNative(context, access, id, 'record')
  if ('upload' in found) return done(context, await found.upload.complete(expected))
  const { digest } = found.file
  if (expected && !isSameIdentity(expected, digest)) throw problem('identity-mismatch', { identity: digest })
  return done(context, found.file)
}

/** `DELETE {base}/{id}`: drops the upload, unless it has become a file. */
export const handleAbort: Handler = async (context, _incoming, access, id) => {
  const { registry } = context
  const found = await findNative(context, access, id, 'record').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'upload-aborted') return undefined
    throw error
  })
  if (!found) return noContent()
  const file = 'file' in found ? found.file : await registry.end(found.upload, 'upload-aborted')
  if (file) throw completed(context, file)
  return noContent()
}

/** An upload that tus has created is tus's alone while it is open: its bytes come strictly one after another. */
async function findNative(
  { registry }: ServerContext,
  access: Access,
  id: string,
  scope?: FindScope,
): Promise<Found> {
  const found = await registry.find(id, access, scope)
  if ('upload' in found && found.upload.record.tus) throw problem('upload-not-found')
  return found
}

function done({ resultOf }: ServerContext, file: FileRecord): Outgoing {
  const body: WireCompleted = { result: resultOf(file) }
  return json(200, body)
}

function completed({ resultOf }: ServerContext, file: FileRecord): Error {
  return problem('upload-completed', { result: resultOf(file) })
}

/** An `Upload-Offset`. */
export function readOffset(value: string | undefined): number {
  const offset = value !== undefined && /^\d{1,16}$/.test(value) ? Number(value) : Number.NaN
  if (!Number.isSafeInteger(offset)) throw problem('invalid-offset')
  return offset
}
