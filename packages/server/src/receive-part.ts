import { type ChunkRun, cutAtChunks } from './chunk-plan.ts'
import { assertNext, forgetBehindGap } from './next-byte.ts'
import type { OpenUpload } from './open-upload.ts'
import { type Part, PartReceiver, type ReceivedPart } from './part-receiver.ts'
import { problem } from './problem.ts'
import type { RequestBody } from './request-body.ts'

/** Receives a part, from the first refusal to the last sync. */
export async function receivePart(upload: OpenUpload, part: Part, body: RequestBody): Promise<ReceivedPart> {
  assertInFile(upload, part)
  const runs = cutAtChunks(upload.plan, part.offset, part.length)
  if (part.replaces && runs.length > 1) {
    throw problem('invalid-request', { detail: 'Lading-Replaces is for one chunk' })
  }
  const indexes = runs.map(({ index }) => index)
  const work = async (): Promise<ReceivedPart> => {
    // Judged only now: whoever was at work on a chunk before has moved the end of its partial.
    if (part.isNext) {
      assertNext(upload, part.offset)
      await forgetBehindGap(upload)
    } else if (!runs.every((run) => isRightStart(upload, part, run))) throw await conflict(upload)
    const [first] = runs
    if (first && isReplaced(upload, part, first)) await upload.unland(first.index)
    return new PartReceiver(upload, part, body, runs).receive()
  }
  const [start] = runs
  return upload.withChunks(indexes, body, work, start && start.from > 0 ? start.index : undefined)
}

function assertInFile({ plan: { size } }: OpenUpload, { offset, length }: Part): void {
  if (offset > 0 && offset >= size) throw problem('offset-out-of-range')
  if (length > size - offset) throw problem('body-too-large', { limit: size - offset })
  if (length === 0 && size > 0) throw problem('length-mismatch', { detail: 'A part holds at least one byte' })
}

function isRightStart(upload: OpenUpload, part: Part, run: ChunkRun): boolean {
  const isGoingOn = run.from === 0 || run.from === upload.partials.get(run.index)?.bytes
  return upload.ledger.get(run.index)
    ? run.length === run.chunkLength || isReplaced(upload, part, run)
    : isGoingOn
}

async function conflict(upload: OpenUpload): Promise<Error> {
  // So far only the chunks of this part may have been looked at.
  await upload.refresh()
  return problem('offset-conflict', { upload: upload.toWire() })
}

/** Whether a chunk has landed, and the client knows with which digest and that it is not the one of its bytes. */
function isReplaced(upload: OpenUpload, { replaces }: Part, run: ChunkRun): boolean {
  const landed = upload.ledger.get(run.index)
  return landed !== undefined && replaces !== undefined && run.from === 0 && landed.equals(replaces)
}
