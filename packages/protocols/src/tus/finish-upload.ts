import type { Completion, Json, Lost, Metadata, ProtocolContext, Recount } from '@lading/core/engine'
import { createUpload } from './open-upload.ts'
import { understood } from './tus-failure.ts'
import type { TusResult } from './tus-options.ts'
import { type KeptAnswer, nothingKept, type TusSession } from './tus-session.ts'
import type { TusSetup } from './tus-setup.ts'

/** Joining may mean copying. */
const joiningMs = 5 * 60_000

/** Joins the lanes, where there are several; a single upload was finished by its last byte. */
export async function finishUpload<Meta extends Metadata>(
  ctx: ProtocolContext<Meta>,
  setup: TusSetup<Meta>,
  { uploads, kept }: TusSession,
  { receipts }: Completion,
): Promise<{ readonly result: TusResult } | Lost | Recount> {
  const { name, type } = ctx.file
  const { size } = ctx.plan
  const resultAt = (url: string, last: KeptAnswer): { readonly result: TusResult } => ({
    result: { url, name, size, type, answer: last.text, headers: { ...kept.headers, ...last.headers } },
  })
  const [only] = uploads
  if (!only) return { lost: 'reset' }
  if (uploads.length === 1)
    return resultAt(only.url, answerIn(receipts.at(-1)) ?? (size === 0 ? kept : nothingKept))
  return understood(async () => {
    const headers = {
      'Upload-Concat': `final;${uploads.map(({ url }) => url).join(' ')}`,
      ...(await setup.metadataHeader(ctx.file)),
    }
    const { upload, reply } = await createUpload(ctx, setup, headers, { answerWithinMs: joiningMs })
    return resultAt(upload.url, setup.keep(reply))
  })
}

function answerIn(receipt: Json | undefined): KeptAnswer | undefined {
  return receipt === undefined ? undefined : (receipt as KeptAnswer)
}
