import {
  type Metadata,
  type Opened,
  type Plan,
  type ProtocolContext,
  type Reply,
  UploadError,
} from '@lading/core/engine'
import { checksumOffered } from './checksum.ts'
import { dropUploads } from './drop-uploads.ts'
import { expiresAtMs, tusResumable } from './response-headers.ts'
import type { ServerFacts } from './server-facts.ts'
import { explained } from './tus-failure.ts'
import { laneRanges, nothingKept, type TusSession, type TusUpload } from './tus-session.ts'
import type { TusSetup } from './tus-setup.ts'
import { uploadPlace } from './upload-place.ts'

/** How large a file may be to go along with its creation: on a line that never lasts this long, little would. */
const smallBytes = 1024 * 1024

/** Creates what the file goes into: one upload, or one for each lane; or nothing yet, where its bytes will come along. */
export async function openUpload<Meta extends Metadata>(
  ctx: ProtocolContext<Meta>,
  setup: TusSetup<Meta>,
): Promise<Opened<TusSession>> {
  const facts: ServerFacts = setup.asks
    ? await setup.inquiry.ask(ctx)
    : { extensions: new Set(), algorithms: [] }
  if (facts.maxSize !== undefined && ctx.plan.size > facts.maxSize) throw tooLarge(ctx.plan, facts.maxSize)
  const checksum = setup.wantsChecksum ? checksumOffered(facts) : null
  const lanes = setup.lanesFor(ctx.plan.count)
  if (setup.dataDuringCreation && isGoingAlong(ctx.plan, facts)) {
    return { session: { uploads: [], checksum, kept: nothingKept } }
  }
  if (lanes > 1)
    return { session: { uploads: await createLanes(ctx, setup, lanes), checksum, kept: nothingKept } }
  const created = await createUpload(ctx, setup, {
    'Upload-Length': String(ctx.plan.size),
    ...(await setup.metadataHeader(ctx.file)),
  })
  const expires = expiresAtMs(created.reply)
  return {
    session: { uploads: [created.upload], checksum, kept: setup.keep(created.reply) },
    ...(expires !== undefined && { expiresAtMs: expires }),
  }
}

/** Creates one upload. */
export async function createUpload<Meta extends Metadata>(
  ctx: ProtocolContext<Meta>,
  setup: TusSetup<Meta>,
  headers: Readonly<Record<string, string>>,
  body: { readonly blob?: Blob; readonly answerWithinMs?: number } = {},
): Promise<{ readonly upload: TusUpload; readonly reply: Reply }> {
  const { blob, answerWithinMs } = body
  try {
    const reply = await ctx.request({
      method: 'POST',
      url: setup.endpoint,
      headers: { ...tusResumable, ...headers },
      ...(blob && { body: { kind: 'blob', blob, type: 'application/offset+octet-stream' } }),
      ...(answerWithinMs !== undefined && { answerWithinMs }),
    })
    return { upload: uploadPlace(reply, setup), reply }
  } catch (error) {
    throw explained(error)
  }
}

/** Creates the lanes one after another; where one fails, those before it are dropped again. */
async function createLanes<Meta extends Metadata>(
  ctx: ProtocolContext<Meta>,
  setup: TusSetup<Meta>,
  lanes: number,
): Promise<TusUpload[]> {
  const uploads: TusUpload[] = []
  try {
    for (const { start, end } of laneRanges(ctx.plan, lanes)) {
      const headers = { 'Upload-Concat': 'partial', 'Upload-Length': String(end - start) }
      const { upload } = await createUpload(ctx, setup, headers)
      uploads.push(upload)
    }
    return uploads
  } catch (error) {
    await dropUploads(ctx, setup.inquiry, uploads).catch(() => undefined)
    throw error
  }
}

function isGoingAlong({ size, count }: Plan, { extensions }: ServerFacts): boolean {
  return count === 1 && size > 0 && size <= smallBytes && extensions.has('creation-with-upload')
}

function tooLarge({ size }: Plan, maxSize: number): UploadError {
  return new UploadError('too-large', {
    message: `The file has ${size} bytes, and the server takes ${maxSize} at most (Tus-Max-Size)`,
  })
}
