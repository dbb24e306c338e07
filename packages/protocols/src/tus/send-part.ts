import {
  type Lost,
  type Metadata,
  type Part,
  type ProtocolContext,
  type Recount,
  type Reply,
  type Sent,
  toUploadError,
} from '@lading/core/engine'
import { askOffset } from './ask-offset.ts'
import { checksumHeader } from './checksum.ts'
import { createUpload } from './open-upload.ts'
import { byteCount, tusResumable } from './response-headers.ts'
import { understood } from './tus-failure.ts'
import { laneOf, laneRanges, type TusSession, type TusUpload } from './tus-session.ts'
import type { TusSetup } from './tus-setup.ts'

type Outcome = Sent<TusSession, never> | Lost | Recount

/** Sends one part to the upload of its lane, or along with the creation. */
export function sendPart<Meta extends Metadata>(
  ctx: ProtocolContext<Meta>,
  setup: TusSetup<Meta>,
  session: TusSession,
  part: Part,
): Promise<Outcome> {
  if (session.uploads.length === 0) return sendAlong(ctx, setup, session, part)
  // An empty file was whole when it was created.
  if (part.size === 0) return Promise.resolve({ through: part.offset })
  return understood(() => patch(ctx, setup, session, part))
}

async function patch<Meta extends Metadata>(
  ctx: ProtocolContext<Meta>,
  setup: TusSetup<Meta>,
  { uploads, checksum }: TusSession,
  part: Part,
): Promise<Outcome> {
  const { plan } = ctx
  const lane = laneOf(part.first, plan.count, uploads.length)
  const [range, upload] = [laneRanges(plan, uploads.length)[lane], uploads[lane]]
  if (!range || !upload || uploads.length !== setup.lanesFor(plan.count)) return { lost: 'plan-changed' }
  const { start, end } = range
  let reply = await append(ctx, setup, upload, part, {
    'Upload-Offset': String(part.offset - start),
    ...(setup.broken.has(upload.url) ? {} : await checksumHeader(checksum, part.blob)),
  })
  let offset = byteCount(reply, 'Upload-Offset')
  if (offset === undefined) {
    const asked = await askOffset(ctx, upload, end - start)
    if ('lost' in asked) return asked
    ;({ offset, reply } = asked)
  }
  return landing(part, start + offset, reply, setup, plan.size)
}

async function append<Meta extends Metadata>(
  ctx: ProtocolContext<Meta>,
  { broken }: TusSetup<Meta>,
  { url, credentials }: TusUpload,
  { blob }: Part,
  headers: Readonly<Record<string, string>>,
): Promise<Reply> {
  try {
    const reply = await ctx.request({
      method: 'PATCH',
      url,
      credentials,
      headers: { ...tusResumable, ...headers },
      body: { kind: 'blob', blob, type: 'application/offset+octet-stream' },
    })
    broken.delete(url)
    return reply
  } catch (error) {
    const { code } = toUploadError(error)
    if (code === 'network' || code === 'timeout') broken.add(url)
    throw error
  }
}

/** What an answer means for the part: neither less than its start nor more than was sent makes sense. */
function landing<Meta extends Metadata>(
  part: Part,
  through: number,
  reply: Reply,
  setup: TusSetup<Meta>,
  size: number,
): Sent<TusSession, never> | Recount {
  if (through < part.offset || through > part.offset + part.size) return { recount: true }
  return { through, ...(through === size && { receipt: setup.keep(reply) }) }
}

/** The creation with the first bytes. A server that took none of them is sent them in the usual way. */
async function sendAlong<Meta extends Metadata>(
  ctx: ProtocolContext<Meta>,
  setup: TusSetup<Meta>,
  session: TusSession,
  part: Part,
): Promise<Outcome> {
  const headers = {
    'Upload-Length': String(ctx.plan.size),
    ...(await setup.metadataHeader(ctx.file)),
    ...(await checksumHeader(session.checksum, part.blob)),
  }
  const { upload, reply } = await createUpload(ctx, setup, headers, { blob: part.blob })
  const opened: TusSession = { ...session, uploads: [upload], kept: setup.keep(reply) }
  const through = byteCount(reply, 'Upload-Offset') ?? 0
  const sent =
    through > 0 && through <= part.size
      ? landing(part, through, reply, setup, ctx.plan.size)
      : await sendPart(ctx, setup, opened, part)
  return 'through' in sent ? { ...sent, session: opened } : sent
}
