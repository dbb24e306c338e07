import type { Access } from '../access.ts'
import { defaultChunkSizeBytes } from '../chunk-plan.ts'
import { describeUpload, fingerprint } from '../describe-upload.ts'
import { assertContentType, type Incoming, type Outgoing } from '../exchange.ts'
import { problem } from '../problem.ts'
import type { Handler, ServerContext } from '../server-context.ts'
import type { UploadRecord } from '../storage.ts'
import { createId } from '../upload-id.ts'
import type { Found } from '../upload-registry.ts'
import { appendBody } from './append-body.ts'
import { OFFSET_STREAM } from './tus-headers.ts'
import { progressHeaders } from './tus-upload.ts'
import { readUploadMetadata } from './upload-metadata.ts'

/** `POST {base}` of tus: an upload, with its first bytes if there are any in the body. */
export const handleTusCreate: Handler = async (context, incoming, access) => {
  const { bodyLength } = incoming
  if (bodyLength !== 0) assertContentType(incoming, OFFSET_STREAM)
  const record = newRecord(context, incoming, access)
  const { size } = record
  if (bodyLength !== undefined && bodyLength > size) throw problem('body-too-large', { limit: size })
  if (bodyLength === size && size <= record.chunkSizeBytes) {
    return context.registry.withTransient(record, async (upload) =>
      created(context, record, await appendBody(upload, 0, incoming)),
    )
  }
  const upload = await context.registry.create(record)
  if (bodyLength === 0) return created(context, record, { upload })
  try {
    return created(context, record, await appendBody(upload, 0, incoming))
  } catch (error) {
    // Nobody has been told where it is, so nobody could go on with it.
    await context.registry.end(upload, 'upload-aborted')
    throw error
  }
}

function newRecord(
  { clock, random, limits }: ServerContext,
  { header }: Incoming,
  { owner }: Access,
): UploadRecord {
  const size = readLength(header)
  const said = header('upload-metadata')
  const chunkSizeBytes = defaultChunkSizeBytes(size)
  const description = describeUpload({ ...readUploadMetadata(said), size, chunkSizeBytes }, limits)
  const id = createId(clock, random)
  return {
    id,
    ...description,
    ...(owner === undefined ? {} : { owner }),
    // No client can use such a key, as it has a colon.
    key: `tus:${id}`,
    fingerprint: fingerprint('tus', description),
    createdAt: clock.now(),
    tus: said === undefined ? {} : { metadata: said },
  }
}

function readLength(header: Incoming['header']): number {
  for (const name of ['Upload-Concat', 'Upload-Defer-Length']) {
    if (header(name.toLowerCase()) === undefined) continue
    throw problem('invalid-request', { field: name, detail: 'This extension of tus is not spoken here' })
  }
  const value = header('upload-length')
  const length = value !== undefined && /^\d{1,16}$/.test(value) ? Number(value) : Number.NaN
  if (!Number.isSafeInteger(length)) throw problem('invalid-request', { field: 'Upload-Length' })
  return length
}

function created(context: ServerContext, { id }: UploadRecord, found: Found): Outgoing {
  const location = { Location: `${context.basePath}/${id}`, 'Cache-Control': 'no-store' }
  return { status: 201, headers: { ...location, ...progressHeaders(context, found), 'Content-Length': '0' } }
}
