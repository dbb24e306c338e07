import type { RequestContext } from '@lading/core/engine'
import { tusResumable } from './response-headers.ts'
import type { ServerInquiry } from './server-facts.ts'
import { explained } from './tus-failure.ts'
import type { TusUpload } from './tus-session.ts'

/** Lets the server drop uploads, where it can: what is gone already is dropped too, and the rest expires by itself. */
export async function dropUploads(
  ctx: RequestContext,
  { facts }: ServerInquiry,
  uploads: readonly TusUpload[],
): Promise<void> {
  if (facts && facts.extensions.size > 0 && !facts.extensions.has('termination')) return
  for (const { url, credentials } of uploads) {
    try {
      await ctx.request({
        method: 'DELETE',
        url,
        headers: tusResumable,
        credentials,
        accept: (status) => (status >= 200 && status < 300) || [404, 405, 410, 501].includes(status),
      })
    } catch (error) {
      throw explained(error)
    }
  }
}
