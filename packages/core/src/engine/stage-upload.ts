import { Ledger } from '../ledger/ledger.ts'
import type { Json } from '../ports/json.ts'
import type { Done, Opened } from '../ports/protocol.ts'
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
    const opened = await persist(m, run, () => whileRunning(openOnce(m, journey), signal))
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
 * Opens a session. A pause does not call it off: whether the server has heard of it could not be known then. What it
 * answers is kept for whoever goes on, or dropped again where nobody will.
 */
function openOnce(m: Machinery, journey: Journey): Promise<Opened<Json> | Done<unknown>> {
  if (journey.opening) return journey.opening
  const { identity, epoch, traits } = journey
  if (!journey.ledger && traits) {
    journey.ledger = new Ledger(traits.plan(journey.size, m.options.chunkSizeBytes), traits)
  }
  const opening = call(m, { journey, signal: m.lifetime }, (ctx) =>
    m.protocol.open(ctx, { ...(identity && { identity }) }),
  ).then((opened) => {
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
