import { Ledger } from '../ledger/ledger.ts'
import { isSamePlan } from '../ledger/plan.ts'
import { ChunkDigests } from './chunk-digests.ts'
import { factsOf } from './context.ts'
import type { Journey } from './journey.ts'
import type { Machinery } from './machinery.ts'
import { forgetSession } from './session.ts'

/** Cuts the file, or keeps the cut of the session that is going on: never a mixture of two. */
export function planned(m: Machinery, journey: Journey): Ledger {
  journey.traits ??= m.protocol.traits(factsOf(journey))
  const { traits, session, file, digests } = journey
  const { hasher } = m.ports
  if (!journey.ledger || session === undefined) {
    const plan = traits.plan(journey.size, m.options.chunkSizeBytes)
    // What was asked to be opened is cut in the old way, and known by the old id.
    if (journey.ledger && !isSamePlan(journey.ledger.plan, plan)) forgetSession(journey)
    journey.ledger ??= new Ledger(plan, traits)
  }
  const { ledger } = journey
  if (!digests || !isSamePlan(digests.plan, ledger.plan)) {
    journey.digests =
      hasher && wantsDigests(m, journey) ? new ChunkDigests(file, ledger.plan, hasher) : undefined
  }
  return ledger
}

/** Whether the server is asked for the content before anything is sent. */
export function asksFirst({ options, protocol }: Machinery): boolean {
  return options.instant === 'first' && options.identity !== false && protocol.match !== undefined
}

function wantsDigests(m: Machinery, { traits }: Journey): boolean {
  const { chunkDigest, identity } = traits ?? {}
  if (chunkDigest && chunkDigest.algorithm !== 'sha-256') return false
  return asksFirst(m) || (m.options.integrity !== false && (chunkDigest ?? identity) !== undefined)
}
