import { chunkLength } from './chunk-plan.ts'
import type { OpenUpload } from './open-upload.ts'
import { problem } from './problem.ts'

/** How many bytes there are before the first gap: the chunks that landed without one, and the prefix of the next. */
export function nextByteOf({ plan, ledger, partials }: OpenUpload): number {
  let bytes = 0
  for (let index = 0; index < plan.count; index += 1) {
    if (!ledger.get(index)) return bytes + (partials.get(index)?.bytes ?? 0)
    bytes += chunkLength(plan, index)
  }
  return bytes
}

/** Refuses to go on elsewhere than at the first gap; the problem says where that is. */
export function assertNext(upload: OpenUpload, offset: number): void {
  const next = nextByteOf(upload)
  if (offset !== next) {
    throw problem('offset-conflict', { upload: upload.toWire() }, { 'Upload-Offset': String(next) })
  }
}
