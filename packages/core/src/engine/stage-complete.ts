import { isUploadError, UploadError } from '../errors/upload-error.ts'
import type { Completion } from '../ports/protocol.ts'
import { call } from './context.ts'
import type { Journey } from './journey.ts'
import type { Machinery } from './machinery.ts'
import { persist } from './retrying.ts'
import type { Run } from './run.ts'
import { loseSession } from './session.ts'

/** How often both sides may disagree about a file that is all there. */
const maxDisputes = 2

/** Lets the server put the file together, and the app have the last word. */
export async function complete(run: Run): Promise<void> {
  const { m, journey, signal } = run
  if (!journey.answer) await ask(run)
  if (!journey.answer || !run.isCurrent) return
  const result = await m.hooks.afterFile(journey.handle, journey.answer.result, signal)
  run.tell({ type: 'finished', how: 'uploaded', result })
}

/** Leaves the journey without an answer where it takes another turn. */
async function ask(run: Run): Promise<void> {
  const { m, journey } = run
  const { session } = journey
  if (!m.protocol.complete || session === undefined) {
    journey.answer = { result: undefined }
    return
  }
  const completion = await completionOf(m, journey)
  try {
    const answer = await persist(run, () =>
      call(run, async (ctx) => m.protocol.complete?.(ctx, session, completion)),
    )
    if (!answer || 'recount' in answer) dispute(run)
    else if ('lost' in answer) loseSession(run, answer.lost)
    else journey.answer = { result: answer.result }
  } catch (error) {
    if (!isUploadError(error) || error.code !== 'integrity-failed' || !m.protocol.landed) throw error
    dispute(run)
  }
}

/** The server thinks otherwise: it is asked what it has, once; a second time is a failure. */
function dispute(run: Run): void {
  const { m, journey } = run
  if (journey.again('dispute') >= maxDisputes) {
    throw new UploadError('integrity-failed', { message: 'Both sides keep disagreeing about the file' })
  }
  if (m.protocol.landed) run.tell({ type: 'out-of-step' })
  else loseSession(run, 'reset')
}

async function completionOf(m: Machinery, { ledger, digests }: Journey): Promise<Completion> {
  const count = ledger?.plan.count ?? 0
  const receipts = Array.from({ length: count }, (_, chunk) => ledger?.receipts.get(chunk))
  const names = digests?.isComplete && m.options.identity !== false
  return { receipts, ...(names && { identity: await digests.identity() }) }
}
