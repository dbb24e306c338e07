import { Ledger } from '../ledger/ledger.ts'
import { isSamePlan } from '../ledger/plan.ts'
import type { Plan, ProtocolTraits } from '../ports/protocol.ts'
import { ChunkDigests } from './chunk-digests.ts'
import { factsOf } from './context.ts'
import type { Journey } from './journey.ts'
import type { Machinery } from './machinery.ts'
import { forgetSession } from './session.ts'

/** Cuts the file as the app wants it now, or keeps the cut of the session that is going on: never a mixture of two. */
export function makePlan(m: Machinery, journey: Journey): void {
  const wanted = cut(m, journey)
  const { ledger, session, digests, file } = journey
  // What was asked to be opened is cut in the old way, and known by the old id.
  if (ledger && session === undefined && !isSamePlan(ledger.plan, wanted)) forgetSession(journey)
  journey.ledger ??= new Ledger(wanted, traitsOf(m, journey))
  const { plan } = journey.ledger
  const { hasher } = m.ports
  if (digests && isSamePlan(digests.plan, plan)) return
  journey.digests = hasher && wantsDigests(m, journey) ? new ChunkDigests(file, plan, hasher) : undefined
}

/** What has landed in the present session; a fresh one goes on in the cut the file is known by. */
export function ledgerOf(m: Machinery, journey: Journey): Ledger {
  journey.ledger ??= new Ledger(journey.digests?.plan ?? cut(m, journey), traitsOf(m, journey))
  return journey.ledger
}

function cut(m: Machinery, journey: Journey): Plan {
  return traitsOf(m, journey).plan(journey.size, m.options.chunkSizeBytes)
}

function traitsOf(m: Machinery, journey: Journey): ProtocolTraits {
  journey.traits ??= m.protocol.traits(factsOf(journey))
  return journey.traits
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
