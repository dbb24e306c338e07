import { Ledger } from '../ledger/ledger.ts'
import { type Machinery, type Run, call, isCurrent } from './machinery.ts'
import { PartSender } from './part-sender.ts'
import { persist } from './retrying.ts'
import { compare } from './stage-check.ts'

/** Opens a session where there is none, and sends what is missing. */
export async function upload(m: Machinery, run: Run): Promise<void> {
  const { journey } = run
  await journey.quiet()
  if (!isCurrent(run)) return
  if (journey.session === undefined && !(await open(m, run))) return
  if (!isCurrent(run)) return
  if (journey.answer) {
    m.dispatch(journey, { type: 'all-landed', run: run.run })
    return
  }
  compare(journey)
  new PartSender(m, run).begin()
}

/** `false` where nothing is left to do: the server had the content. */
async function open(m: Machinery, run: Run): Promise<boolean> {
  const { journey } = run
  const { identity, epoch } = journey
  const { traits } = journey
  if (!journey.ledger && traits) journey.ledger = new Ledger(traits.plan(journey.size, m.options.chunkSizeBytes), traits)
  const opened = await persist(m, run, () =>
    call(m, run, (ctx) => m.protocol.open(ctx, { ...(identity && { identity }) })),
  )
  if (journey.epoch !== epoch) return false
  if ('done' in opened) {
    if (opened.done.how === 'instant') {
      m.dispatch(journey, { type: 'finished', run: run.run, ...opened.done })
    } else {
      journey.answer = { result: opened.done.result }
      m.dispatch(journey, { type: 'all-landed', run: run.run })
    }
    return false
  }
  journey.session = opened.session
  const { ledger } = journey
  if (ledger && opened.partLimits) ledger.partLimits = opened.partLimits
  if (opened.landed) ledger?.reconcile(opened.landed)
  else if (opened.ask && m.protocol.landed) {
    m.dispatch(journey, { type: 'out-of-step', run: run.run })
    return false
  }
  return true
}
