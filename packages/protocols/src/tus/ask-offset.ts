import { isUploadError, type Lost, type Recount, type Reply, type RequestContext } from '@lading/core/engine'
import { byteCount, expiresAtMs, missingHeader, tusResumable } from './response-headers.ts'
import { understood } from './tus-failure.ts'
import type { TusUpload } from './tus-session.ts'

/** How far one upload is. */
export interface UploadOffset {
  readonly offset: number
  readonly expiresAtMs?: number
  readonly reply: Reply
}

/** Asks how many bytes of an upload of this size the server has. */
export async function askOffset(
  ctx: RequestContext,
  { url, credentials }: TusUpload,
  size: number,
): Promise<UploadOffset | Lost> {
  const answer = await understood(() => head(ctx, url, credentials, size))
  // Whoever says 409 to a question has another upload there.
  return 'recount' in answer ? { lost: 'reset' } : answer
}

async function head(
  ctx: RequestContext,
  url: string,
  credentials: TusUpload['credentials'],
  size: number,
): Promise<UploadOffset | Lost | Recount> {
  const request = { method: 'HEAD', url, headers: tusResumable, credentials }
  const reply = await ctx.request(request).catch((error: unknown) => {
    // tus 1.0 lets a server say this of what it does not know; a refusal of credentials will be said of the creation.
    if (isUploadError(error) && error.status === 403) return undefined
    throw error
  })
  if (!reply) return { lost: 'gone' }
  const offset = byteCount(reply, 'Upload-Offset')
  if (offset === undefined) throw missingHeader(reply, 'Upload-Offset')
  const length = byteCount(reply, 'Upload-Length')
  if (offset > size || (length !== undefined && length !== size)) return { lost: 'plan-changed' }
  const expires = expiresAtMs(reply)
  return { offset, reply, ...(expires !== undefined && { expiresAtMs: expires }) }
}
