import {
  type Landed,
  type Lost,
  type Metadata,
  type Protocol,
  type ProtocolContext,
  planChunks,
  toUploadError,
} from '@lading/core/engine'
import { askOffset } from './ask-offset.ts'
import { dropUploads } from './drop-uploads.ts'
import { finishUpload } from './finish-upload.ts'
import { openUpload } from './open-upload.ts'
import { sendPart } from './send-part.ts'
import { checkTusOptions, type TusOptions, type TusResult } from './tus-options.ts'
import { type KeptAnswer, laneOf, laneRanges, type TusSession } from './tus-session.ts'
import { TusSetup } from './tus-setup.ts'

/**
 * Speaks tus 1.0.0 (https://tus.io/protocols/resumable-upload): the core and creation, expiration and termination, and
 * where the server offers them checksum, concatenation and creation with upload.
 *
 * A server is asked once what it can do (`OPTIONS`), for all uploads of this protocol; with `checksum: false` and nothing
 * else that depends on it, never. `chunkSizeBytes` of the uploader is the size of one `PATCH`: 8 MiB where not given.
 *
 * A server on another origin must let the page read `Location`, `Upload-Offset`, `Upload-Length`, `Upload-Expires` and
 * the `Tus-` headers (Access-Control-Expose-Headers).
 *
 * @example
 * const uploader = createUploader({
 *   protocol: tus({ endpoint: 'https://tus.example.org/files/' }),
 *   headers: () => ({ Authorization: `Bearer ${token()}` }),
 * })
 */
export function tus<Result, Meta extends Metadata = Metadata>(
  options: TusOptions<Result, Meta> & Required<Pick<TusOptions<Result, Meta>, 'parseResult'>>,
): Protocol<TusSession, Result, Meta>
export function tus<Meta extends Metadata = Metadata>(
  options: TusOptions<TusResult, Meta>,
): Protocol<TusSession, TusResult, Meta>
export function tus<Result, Meta extends Metadata>(
  options: TusOptions<Result, Meta>,
): Protocol<TusSession, Result | TusResult, Meta> {
  checkTusOptions(options)
  const { parseResult } = options
  const setup = new TusSetup<Meta>(options)
  return {
    name: 'tus',
    version: 1,
    traits: () => ({
      plan: (size, wanted) => planChunks(size, wanted),
      lane: (chunk, { count }) => laneOf(chunk, count, setup.lanesFor(count)),
      grain: 'byte',
      knows: 'list',
      resultFrom: 'complete',
    }),
    open: (ctx) => openUpload(ctx, setup),
    send: (ctx, session, part) => sendPart(ctx, setup, session, part),
    landed: (ctx, session) => askLanded(ctx, setup, session),
    async complete(ctx, session, completion) {
      const finished = await finishUpload(ctx, setup, session, completion)
      if (!parseResult || !('result' in finished)) return finished
      return { result: await parsed(() => parseResult(finished.result)) }
    },
    abort: (ctx, { uploads }) => dropUploads(ctx, setup.inquiry, uploads),
    // What another result says of where the upload is only the app knows.
    ...(!parseResult && {
      remove: (ctx, result) => {
        const { url } = result as TusResult
        return dropUploads(ctx, setup.inquiry, [{ url, credentials: setup.credentialsAt(url) }])
      },
    }),
  }
}

async function askLanded<Meta extends Metadata>(
  ctx: ProtocolContext<Meta>,
  setup: TusSetup<Meta>,
  { uploads }: TusSession,
): Promise<Landed | Lost> {
  if (uploads.length === 0) return { ranges: [] }
  if (setup.mayJoin) await setup.inquiry.ask(ctx)
  const lanes = laneRanges(ctx.plan, uploads.length)
  if (uploads.length !== setup.lanesFor(ctx.plan.count)) return { lost: 'plan-changed' }
  const ranges: [number, number][] = []
  const receipts: Record<number, KeptAnswer> = {}
  let expiresAtMs: number | undefined
  for (const [lane, upload] of uploads.entries()) {
    const { start = 0, end = 0 } = lanes[lane] ?? {}
    const answer = await askOffset(ctx, upload, end - start)
    if ('lost' in answer) return answer
    ranges.push([start, start + answer.offset])
    expiresAtMs = earlier(expiresAtMs, answer.expiresAtMs)
    // The answer to the last byte was lost: this one may have the same headers.
    if (answer.offset === ctx.plan.size) receipts[ctx.plan.count - 1] = setup.keep(answer.reply)
  }
  return { ranges, receipts, ...(expiresAtMs !== undefined && { expiresAtMs }) }
}

function earlier(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.min(one, other)
}

async function parsed<T>(parse: () => T | Promise<T>): Promise<T> {
  try {
    return await parse()
  } catch (error) {
    throw toUploadError(error, 'bad-response')
  }
}
