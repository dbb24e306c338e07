import { isUploadError, UploadError } from '../errors/upload-error.ts'
import type { Completion } from '../ports/protocol.ts'
import type { Journey } from './journey.ts'
import { call, isCurrent, type Machinery, type Run, whileRunning } from './machinery.ts'
import { persist } from './retrying.ts'
import { loseSession } from './session.ts'

/** How often both sides may disagree about a file that is all there. */
const maxDisputes = 2

/** Lets the server put the file together, and the app have the last word. */
export async function complete(m: Machinery, run: Run): Promise<void> {
  const { journey, signal } = run
  if (!journey.answer && !(await ask(m, run))) return
  if (!journey.answer || !isCurrent(run)) return
  let { result } = journey.answer
  if (m.hooks.has('afterFile')) {
    result = await whileRunning(m.hooks.afterFile(journey.handle, result), signal)
  }
  m.dispatch(journey, { type: 'finished', run: run.run, how: 'uploaded', result })
}

/** `false` where the journey took another turn. */
async function ask(m: Machinery, run: Run): Promise<boolean> {
  const { journey } = run
  const { session } = journey
  const { complete: speak } = m.protocol
  if (!speak || session === undefined) {
    journey.answer = { result: undefined }
    return true
  }
  const completion = await completionOf(m, journey)
  try {
    const answer = await persist(m, run, () =>
      call(m, run, (ctx) => speak.call(m.protocol, ctx, session, completion)),
    )
    if ('lost' in answer) loseSession(m, run, answer.lost)
    else if ('recount' in answer) dispute(m, run)
    else journey.answer = { result: answer.result }
    return 'result' in answer
  } catch (error) {
    if (!isUploadError(error) || error.code !== 'integrity-failed' || !m.protocol.landed) throw error
    dispute(m, run)
    return false
  }
}

/** The server thinks otherwise: it is asked what it has, once; a second time is a failure. */
function dispute(m: Machinery, run: Run): void {
  const { journey } = run
  if (++journey.disputes >= maxDisputes) {
    throw new UploadError('integrity-failed', { message: 'Both sides keep disagreeing about the file' })
  }
  if (m.protocol.landed) m.dispatch(journey, { type: 'out-of-step', run: run.run })
  else loseSession(m, run, 'reset')
}

async function completionOf(m: Machinery, { ledger, digests }: Journey): Promise<Completion> {
  const count = ledger?.plan.count ?? 0
  const receipts = Array.from({ length: count }, (_, chunk) => ledger?.receipts.get(chunk))
  const names = digests?.isComplete && m.options.identity !== false
  return { receipts, ...(names && { identity: await digests.identity() }) }
}
