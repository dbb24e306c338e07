import type { Json } from '../ports/json.ts'
import type { IdentityProgress } from '../statechart/state.ts'
import { call, factsOf } from './context.ts'
import type { Journey } from './journey.ts'
import { asksFirst } from './planning.ts'
import { persist } from './retrying.ts'
import type { Run } from './run.ts'
import { loseSession } from './session.ts'

/** Asks the server what it has: the whole content where nothing was sent yet, what landed where something was. */
export async function check(run: Run): Promise<void> {
  const { journey } = run
  await journey.quiet()
  let identity: IdentityProgress = 'off'
  if (journey.session === undefined) identity = await askForContent(run)
  else await askWhatLanded(run, journey.session)
  run.tell({ type: 'checked', identity })
}

/** Where the content is there, the upload is done. */
async function askForContent(run: Run): Promise<IdentityProgress> {
  const { m, journey } = run
  const { identity } = journey
  if (!identity || !asksFirst(m)) return 'off'
  const asks = [{ file: factsOf(journey), identity }]
  const answers = await persist(run, () => call(run, async (ctx) => m.protocol.match?.(ctx, asks)))
  const answer = answers?.[0]
  if (answer?.match === 'yes') run.tell({ type: 'finished', how: 'instant', result: answer.result })
  return 'miss'
}

async function askWhatLanded(run: Run, session: Json): Promise<void> {
  const { m, journey } = run
  const answer = await persist(run, () => call(run, async (ctx) => m.protocol.landed?.(ctx, session)))
  if (!answer) return
  if ('lost' in answer) {
    loseSession(run, answer.lost)
    return
  }
  if ('done' in answer) {
    journey.answer = { result: answer.done.result }
    return
  }
  const before = journey.landedBytes
  journey.ledger?.reconcile(answer)
  // A prefix that got through is progress too: a line that never lasts a whole part still gets there.
  if (journey.landedBytes > before) journey.forgive('failure')
  journey.isInDoubt = false
  compare(journey)
  m.moved(journey)
}

/** What the server wrote wrong is not there: `false` where there was such a chunk. */
export function compare({ ledger, digests }: Journey, chunks?: Iterable<number>): boolean {
  let agrees = true
  for (const chunk of [...(chunks ?? ledger?.theirDigests.keys() ?? [])]) {
    if (!ledger?.isLanded(chunk) || !digests || digests.agrees(chunk, ledger)) continue
    ledger.unland(chunk)
    agrees = false
  }
  return agrees
}
