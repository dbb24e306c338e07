import { type Access, isWithinReach } from './access.ts'
import { type ByteRange, readByteRange } from './byte-range.ts'
import { contentDisposition } from './content-disposition.ts'
import { type Incoming, noContent, type Outgoing } from './exchange.ts'
import { problem } from './problem.ts'
import type { Handler, ServerContext } from './server-context.ts'
import type { FileRecord } from './storage.ts'

const MEDIA_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(\s*;\s*[\w!#$&^.+-]+=("[^"\\\r\n]*"|[\w!#$&^.+-]+))*$/

/** `GET {base}/files/{id}`: the bytes, or a range of them. */
export const handleRead: Handler = async (context, incoming, access, id) => {
  const file = await findFile(context, access, id)
  const headers = fileHeaders(file)
  if (isUnchanged(incoming, headers)) return { status: 304, headers }
  const range = isRangeStillMeant(incoming, headers)
    ? readByteRange(incoming.header('range'), file.size)
    : undefined
  if (range === 'not-satisfiable') {
    throw problem('range-not-satisfiable', {}, { 'Content-Range': `bytes */${file.size}` })
  }
  return range ? partOf(context, file, headers, range) : wholeOf(context, file, headers)
}

/** `DELETE {base}/files/{id}`: removes the file, and frees the key it was made with. */
export const handleRemove: Handler = async (context, _incoming, access, id) => {
  const file = await findFile(context, access, id)
  if (!(await context.storage.remove(file))) throw problem('file-not-found')
  context.registry.freeKey(file)
  return noContent()
}

async function findFile({ storage }: ServerContext, access: Access, id: string): Promise<FileRecord> {
  const file = await storage.file(id)
  if (!file || !isWithinReach(file.owner, access)) throw problem('file-not-found')
  return file
}

interface FileHeaders extends Readonly<Record<string, string>> {
  readonly ETag: string
  readonly 'Last-Modified': string
}

function fileHeaders({ digest, type, name, completedAt }: FileRecord): FileHeaders {
  return {
    ETag: `"${digest.root}"`,
    'Last-Modified': new Date(completedAt).toUTCString(),
    'Accept-Ranges': 'bytes',
    'Content-Type': MEDIA_TYPE.test(type) ? type : 'application/octet-stream',
    'Content-Disposition': contentDisposition(name),
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "sandbox; default-src 'none'",
    'Cache-Control': 'private, no-cache',
  }
}

function wholeOf({ storage }: ServerContext, file: FileRecord, headers: FileHeaders): Outgoing {
  const { size } = file
  const body = storage.read(file, { start: 0, end: size })
  return { status: 200, headers: { ...headers, 'Content-Length': String(size) }, body }
}

function partOf(
  { storage }: ServerContext,
  file: FileRecord,
  headers: FileHeaders,
  range: ByteRange,
): Outgoing {
  const { start, end } = range
  const more = {
    'Content-Length': String(end - start),
    'Content-Range': `bytes ${start}-${end - 1}/${file.size}`,
  }
  return { status: 206, headers: { ...headers, ...more }, body: storage.read(file, range) }
}

/** RFC 9110, section 13: the tag decides, and the date only where no tag is given. */
function isUnchanged({ header }: Incoming, headers: FileHeaders): boolean {
  const tags = header('if-none-match')
  if (tags === undefined) return isSince(header('if-modified-since'), headers)
  return tags.trim() === '*' || tags.split(',').some((tag) => tag.trim().replace(/^W\//, '') === headers.ETag)
}

function isSince(date: string | undefined, headers: FileHeaders): boolean {
  return date !== undefined && Date.parse(date) >= Date.parse(headers['Last-Modified'])
}

function isRangeStillMeant({ header }: Incoming, headers: FileHeaders): boolean {
  const condition = header('if-range')
  return condition === undefined || condition === headers.ETag || condition === headers['Last-Modified']
}
