import type { Done, Landed, Lost } from '../ports/protocol.ts'
import type { IdentityProgress } from '../statechart/state.ts'
import type { Journey } from './journey.ts'
import { call, factsOf, isCurrent, type Machinery, type Run } from './machinery.ts'
import { persist } from './retrying.ts'
import { loseSession } from './session.ts'
import { asksFirst } from './stage-prepare.ts'

/** Asks the server what it has: the whole content where nothing was sent yet, what landed where something was. */
export async function check(m: Machinery, run: Run): Promise<void> {
  const { journey } = run
  await journey.quiet()
  const identity = journey.session === undefined ? await askForContent(m, run) : 'off'
  if (identity === undefined || !isCurrent(run)) return
  if (journey.session !== undefined && !(await askWhatLanded(m, run))) return
  m.dispatch(journey, { type: 'checked', run: run.run, identity })
}

/** `undefined` where the content was there and the upload is done. */
async function askForContent(m: Machinery, run: Run): Promise<IdentityProgress | undefined> {
  const { journey } = run
  const { match } = m.protocol
  const { identity } = journey
  if (!match || !identity || !asksFirst(m)) return 'off'
  const asks = [{ file: factsOf(journey), identity }]
  const [answer] = await persist(m, run, () => call(m, run, (ctx) => match.call(m.protocol, ctx, asks)))
  if (answer?.match !== 'yes') return 'miss'
  m.dispatch(journey, { type: 'finished', run: run.run, how: 'instant', result: answer.result })
  return undefined
}

/** `false` where the journey took another turn. */
async function askWhatLanded(m: Machinery, run: Run): Promise<boolean> {
  const { journey } = run
  const { landed } = m.protocol
  const { session } = journey
  if (!landed || session === undefined) return true
  const answer = await persist(m, run, () => call(m, run, (ctx) => landed.call(m.protocol, ctx, session)))
  return takeAnswer(m, run, answer)
}

function takeAnswer(m: Machinery, run: Run, answer: Landed | Lost | Done<unknown>): boolean {
  const { journey } = run
  if ('lost' in answer) {
    loseSession(m, run, answer.lost)
    return false
  }
  if ('done' in answer) {
    journey.answer = { result: answer.done.result }
    return true
  }
  const before = journey.landedBytes
  journey.ledger?.reconcile(answer)
  // A prefix that got through is progress too: a line that never lasts a whole part still gets there.
  if (journey.landedBytes > before) journey.failures = 0
  journey.isInDoubt = false
  compare(journey)
  m.moved(journey)
  return true
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
