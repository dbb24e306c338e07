import { toUploadError } from '../errors/upload-error.ts'
import { Ledger } from '../ledger/ledger.ts'
import type { Json } from '../ports/json.ts'
import type { Done, Opened, ProtocolContext } from '../ports/protocol.ts'
import type { Journey } from './journey.ts'
import { call, isCurrent, type Machinery, type Run, whileRunning } from './machinery.ts'
import { PartSender } from './part-sender.ts'
import { persist } from './retrying.ts'
import { dropSession } from './session.ts'
import { compare } from './stage-check.ts'

/** Opens a session where there is none, and sends what is missing. */
export async function upload(m: Machinery, run: Run): Promise<void> {
  const { journey, signal } = run
  await journey.quiet()
  if (!isCurrent(run)) return
  if (journey.session === undefined && !journey.answer) {
    const opened = await persist(m, run, () => whileRunning(openOnce(m, run), signal))
    if (!isCurrent(run)) return
    if ('done' in opened && opened.done.how === 'instant') {
      m.dispatch(journey, { type: 'finished', run: run.run, ...opened.done })
      return
    }
  }
  if (journey.answer) {
    m.dispatch(journey, { type: 'all-landed', run: run.run })
    return
  }
  if (journey.isInDoubt && m.protocol.landed) {
    m.dispatch(journey, { type: 'out-of-step', run: run.run })
    return
  }
  compare(journey)
  new PartSender(m, run).begin()
}

/**
 * Opens a session. A pause does not call off the request: whether the server has heard of it could not be known then.
 * What it answers is kept for whoever goes on, or dropped again where nobody will.
 */
function openOnce(m: Machinery, run: Run): Promise<Opened<Json> | Done<unknown>> {
  const { journey } = run
  // The pause came before there was a request.
  if (journey.opening) return journey.opening.catch((error) => openAfter(m, run, error))
  const { identity, epoch, traits } = journey
  if (!journey.ledger && traits) {
    journey.ledger = new Ledger(traits.plan(journey.size, m.options.chunkSizeBytes), traits)
  }
  const speak = (ctx: ProtocolContext): Promise<Opened<Json> | Done<unknown>> =>
    m.protocol.open(ctx, { ...(identity && { identity }) })
  const opening = call(m, run, speak, { lifetime: m.lifetime }).then((opened) => {
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

function openAfter(m: Machinery, run: Run, error: unknown): Promise<Opened<Json> | Done<unknown>> {
  if (toUploadError(error).code !== 'aborted' || run.signal.aborted) throw error
  return openOnce(m, run)
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
