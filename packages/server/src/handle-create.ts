import type { Access } from './access.ts'
import { planChunks } from './chunk-plan.ts'
import { type Description, describeUpload, fingerprint } from './describe-upload.ts'
import { readDigestHeader } from './digest-header.ts'
import { assertContentType, type Incoming, json, mediaType, type Outgoing } from './exchange.ts'
import { keyName, readKey } from './known-keys.ts'
import type { OpenUpload } from './open-upload.ts'
import { problem } from './problem.ts'
import { parseJsonObject, readJsonObject } from './read-json.ts'
import { receivePart } from './receive-part.ts'
import type { RequestBody } from './request-body.ts'
import type { Handler, ServerContext } from './server-context.ts'
import { KeyTaken } from './shared-storage.ts'
import type { FileRecord, UploadRecord } from './storage.ts'
import { createId } from './upload-id.ts'
import type { Found } from './upload-registry.ts'
import { uploadToWire } from './upload-to-wire.ts'
import type { WirePublished } from './wire.ts'

const LONGEST_DESCRIPTION = 8192
// JSON may spell any character in six.
const LONGEST_ESCAPE = 6
const ROOM_FOR_THE_REST = 16 * 1024

/** `POST {base}`: an upload, or with the bytes of a small file in the body the file at once. */
export const handleCreate: Handler = (context, incoming, access) =>
  mediaType(incoming.header('content-type')) === 'application/octet-stream'
    ? createWhole(context, incoming, access)
    : createOpen(context, incoming, access)

async function createOpen(context: ServerContext, incoming: Incoming, access: Access): Promise<Outgoing> {
  const { limits, registry } = context
  assertContentType(incoming, 'application/json')
  const key = readKey(incoming.header('idempotency-key'))
  const longest = LONGEST_ESCAPE * (limits.maxMetadataBytes + limits.maxNameBytes) + ROOM_FOR_THE_REST
  const said = await readJsonObject(incoming.body, longest)
  const description = describeUpload(said ?? {}, limits)
  const print = fingerprint('upload', description)
  const name = keyName(access.owner, key)
  // Two at once with the same key: the second waits, and finds what the first has made.
  const release = await context.keyClaims.take([name], () => undefined)
  try {
    const known = await registry.findByKey(access.owner, key)
    const record = newRecord(context, description, access, key, print)
    const found = known ?? (await createOrFind(context, record))
    assertSame(found, print)
    const body = uploadToWire(found, context.resultOf)
    const status = body.id === record.id ? 201 : 200
    return json(status, body, { Location: `${context.basePath}/${body.id}` })
  } finally {
    release()
  }
}

/** Another process may have been faster with the same key: what it has made is the answer then. */
async function createOrFind({ registry }: ServerContext, record: UploadRecord): Promise<Found> {
  try {
    return { upload: await registry.create(record) }
  } catch (error) {
    return foundInstead(registry, record, error)
  }
}

async function foundInstead(
  registry: ServerContext['registry'],
  { owner, key }: UploadRecord,
  error: unknown,
): Promise<Found> {
  const found = error instanceof KeyTaken ? await registry.findByKey(owner, key) : undefined
  if (found) return found
  throw error instanceof KeyTaken ? problem('unavailable') : error
}

async function createWhole(context: ServerContext, incoming: Incoming, access: Access): Promise<Outgoing> {
  const { registry, keyClaims } = context
  const { body } = incoming
  assertContentType(incoming, 'application/octet-stream')
  const key = readKey(incoming.header('idempotency-key'))
  const description = readDescription(context, incoming)
  const digest = readDigestHeader('Content-Digest', incoming.header('content-digest'))
  if (!digest) throw problem('invalid-digest', { field: 'Content-Digest' })
  if (incoming.bodyLength === undefined) throw problem('length-required')
  if (incoming.bodyLength !== description.size) throw problem('length-mismatch')
  const print = fingerprint(`whole:${digest.toString('hex')}`, description)
  const name = keyName(access.owner, key)
  const release = await keyClaims.take([name], () => body.cancel(problem('superseded')))
  try {
    body.throwIfCanceled()
    const known = await registry.findByKey(access.owner, key)
    if (known) assertSame(known, print)
    if (known && 'file' in known) {
      await readToEnd(body)
      return published(context, 200, known.file)
    }
    const record = newRecord(context, description, access, key, print)
    const part = { offset: 0, length: record.size, digest, replaces: undefined }
    const receive = async (upload: OpenUpload): Promise<FileRecord> => {
      await receivePart(upload, part, body)
      return upload.complete(undefined)
    }
    try {
      return published(context, 201, await registry.withTransient(record, receive))
    } catch (error) {
      const found = await foundInstead(registry, record, error)
      assertSame(found, print)
      if ('file' in found) return published(context, 200, found.file)
      throw error
    }
  } finally {
    release()
  }
}

function readDescription({ limits }: ServerContext, { header }: Incoming): Description {
  const encoded = header('lading-upload')
  if (encoded === undefined) throw problem('invalid-request', { field: 'Lading-Upload' })
  if (encoded.length > LONGEST_DESCRIPTION) throw problem('header-too-large', { limit: LONGEST_DESCRIPTION })
  if (!/^[\w-]+$/.test(encoded)) throw problem('invalid-request', { field: 'Lading-Upload' })
  const description = describeUpload(parseJsonObject(Buffer.from(encoded, 'base64url')), limits)
  if (planChunks(description.size, description.chunkSizeBytes).count > 1) {
    throw problem('invalid-request', {
      field: 'size',
      detail: 'Only a file of one chunk comes in one request',
    })
  }
  return description
}

function newRecord(
  { clock, random }: ServerContext,
  description: Description,
  { owner }: Access,
  key: string,
  print: string,
): UploadRecord {
  return {
    id: createId(clock, random),
    ...description,
    ...(owner === undefined ? {} : { owner }),
    key,
    fingerprint: print,
    createdAt: clock.now(),
  }
}

function assertSame(found: Found, print: string): void {
  const { fingerprint: known } = 'file' in found ? found.file : found.upload.record
  if (known !== print) throw problem('idempotency-mismatch')
}

function published({ resultOf }: ServerContext, status: number, file: FileRecord): Outgoing {
  const body: WirePublished = { id: file.id, result: resultOf(file) }
  return json(status, body, { Location: body.result.url })
}

async function readToEnd(body: RequestBody): Promise<void> {
  while (await body.next()) {
    // Sent once more, and needed no more.
  }
}
