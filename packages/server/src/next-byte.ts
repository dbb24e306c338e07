import { chunkLength } from './chunk-plan.ts'
import type { OpenUpload } from './open-upload.ts'
import { problem } from './problem.ts'

/**
 * How many bytes there are before the first gap: the chunks that landed without one, and the prefix of the next.
 * While a request is at work some of them may still be on their way to being durable.
 */
export function nextByteOf({ plan, ledger, landing, partials }: OpenUpload): number {
  let bytes = 0
  for (let index = 0; index < plan.count; index += 1) {
    if (!ledger.get(index) && !landing.has(index)) return bytes + (partials.get(index)?.bytes ?? 0)
    bytes += chunkLength(plan, index)
  }
  return bytes
}

/**
 * Forgets what has landed behind the first gap, which a crash or a failing disk may have left: whoever knows one
 * offset sends all of that again.
 */
export async function forgetBehindGap(upload: OpenUpload): Promise<void> {
  const { plan, ledger } = upload
  let isBehind = false
  for (let index = 0; index < plan.count; index += 1) {
    if (!ledger.get(index)) isBehind = true
    else if (isBehind) await upload.unland(index)
  }
}

/** Refuses to go on elsewhere than at the first gap; the problem says where that is. */
export function assertNext(upload: OpenUpload, offset: number): void {
  const next = nextByteOf(upload)
  if (offset !== next) {
    throw problem('offset-conflict', { upload: upload.toWire() }, { 'Upload-Offset': String(next) })
  }
}
