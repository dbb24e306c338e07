import { toUploadError } from '../errors/upload-error.ts'
import type { Json } from '../ports/json.ts'
import type { Done, Opened, ProtocolContext } from '../ports/protocol.ts'
import { call } from './context.ts'
import type { Journey } from './journey.ts'
import { PartSender } from './part-sender.ts'
import { ledgerOf } from './planning.ts'
import { persist } from './retrying.ts'
import type { Run } from './run.ts'
import { dropSession } from './session.ts'
import { compare } from './stage-check.ts'
import { whileRunning } from './while-running.ts'

/** Opens a session where there is none, and sends what is missing. */
export async function upload(run: Run): Promise<void> {
  const { m, journey, signal } = run
  await journey.quiet()
  if (!run.isCurrent) return
  if (journey.session === undefined && !journey.answer) {
    const opened = await persist(run, () => whileRunning(openOnce(run), signal))
    if ('done' in opened && opened.done.how === 'instant') run.tell({ type: 'finished', ...opened.done })
    if (!run.isCurrent) return
  }
  if (journey.answer) run.tell({ type: 'all-landed' })
  else if (journey.isInDoubt && m.protocol.landed) run.tell({ type: 'out-of-step' })
  else {
    compare(journey)
    new PartSender(run, ledgerOf(m, journey)).begin()
  }
}

/**
 * Opens a session. A pause does not call off the request: whether the server has heard of it could not be known then.
 * What it answers is kept for whoever goes on, or dropped again where nobody will.
 */
function openOnce(run: Run): Promise<Opened<Json> | Done<unknown>> {
  const { m, journey } = run
  // The pause came before there was a request.
  if (journey.opening) return journey.opening.catch((error) => openAfter(run, error))
  ledgerOf(m, journey)
  const { identity, epoch } = journey
  const speak = (ctx: ProtocolContext): Promise<Opened<Json> | Done<unknown>> =>
    m.protocol.open(ctx, { ...(identity && { identity }) })
  const opening = call(run, speak, { lifetime: m.lifetime }).then((opened) => {
    if (journey.epoch === epoch) adopt(journey, opened)
    else if ('session' in opened) void dropSession(m, journey, opened.session)
    return opened
  })
  const forget = (): void => {
    if (journey.opening === opening) journey.opening = undefined
  }
  journey.opening = opening
  opening.then(forget, forget)
  return opening
}

function openAfter(run: Run, error: unknown): Promise<Opened<Json> | Done<unknown>> {
  if (toUploadError(error).code !== 'aborted' || run.signal.aborted) throw error
  return openOnce(run)
}

function adopt(journey: Journey, opened: Opened<Json> | Done<unknown>): void {
  if ('done' in opened) {
    if (opened.done.how === 'uploaded') journey.answer = { result: opened.done.result }
    return
  }
  const { ledger } = journey
  journey.session = opened.session
  journey.isInDoubt = opened.ask === true
  if (ledger && opened.partLimits) ledger.partLimits = opened.partLimits
  if (opened.landed) ledger?.reconcile(opened.landed)
}
