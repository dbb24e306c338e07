import { fileTrouble } from '../errors/file-trouble.ts'
import { Ledger } from '../ledger/ledger.ts'
import { isSamePlan } from '../ledger/plan.ts'
import type { Metadata } from '../ports/protocol.ts'
import { ChunkDigests } from './chunk-digests.ts'
import type { Journey } from './journey.ts'
import { factsOf, type Machinery, type Run, resolveOption, whileRunning } from './machinery.ts'
import { dropSession, forgetSession } from './session.ts'

/** The first stage: locks, the app's metadata, its `beforeFile` hooks, the plan; decides what comes next. */
export async function prepare(m: Machinery, run: Run): Promise<void> {
  const { journey, signal } = run
  const isOurs = await claim(m, run)
  if (signal.aborted) return
  if (!isOurs) {
    m.dispatch(journey, { type: 'lock-taken', run: run.run })
    return
  }
  if (!journey.isMetadataResolved) {
    journey.metadata = await resolveMetadata(m, journey, signal)
    journey.isMetadataResolved = true
  }
  const trouble = await whileRunning(fileTrouble(journey.file), signal)
  if (trouble) throw trouble
  if (m.hooks.has('beforeFile')) {
    const verdict = await whileRunning(m.hooks.beforeFile(journey.handle), signal)
    if (verdict) {
      m.dispatch(journey, { type: 'finished', run: run.run, how: 'instant', result: verdict.done })
      return
    }
  }
  if (signal.aborted) return
  makePlan(m, journey)
  m.dispatch(journey, { type: 'prepared', run: run.run, next: nextStage(m, journey) })
}

/** Cuts the file, or keeps the cut of the session that is going on: never a mixture of two. */
function makePlan(m: Machinery, journey: Journey): void {
  if (m.options.resume === false && journey.session !== undefined && !journey.answer) {
    void dropSession(m, journey, journey.session)
    forgetSession(journey)
  }
  journey.traits ??= m.protocol.traits(factsOf(journey))
  const { ledger, traits, session } = journey
  if (!ledger || session === undefined) {
    const plan = traits.plan(journey.size, m.options.chunkSizeBytes)
    // What was asked to be opened is cut in the old way, and known by the old id.
    if (ledger && !isSamePlan(ledger.plan, plan)) forgetSession(journey)
    journey.ledger = new Ledger(plan, traits)
  }
  planDigests(m, journey)
}

function planDigests(m: Machinery, journey: Journey): void {
  const { digests, ledger, file } = journey
  const { hasher } = m.ports
  if (!ledger || (digests && isSamePlan(digests.plan, ledger.plan))) return
  journey.digests =
    wantsDigests(m, journey) && hasher ? new ChunkDigests(file, ledger.plan, hasher) : undefined
}

function wantsDigests(m: Machinery, { traits }: Journey): boolean {
  const algorithm = traits?.chunkDigest?.algorithm ?? 'sha-256'
  const compares = traits?.chunkDigest !== undefined || traits?.identity !== undefined
  return algorithm === 'sha-256' && ((m.options.integrity !== false && compares) || asksFirst(m))
}

/** Whether the server is asked for the content before anything is sent. */
export function asksFirst(m: Machinery): boolean {
  return m.options.instant === 'first' && m.options.identity !== false && m.protocol.match !== undefined
}

function nextStage(
  m: Machinery,
  { traits, digests, session, asks }: Journey,
): 'hashing' | 'checking' | 'uploading' {
  const isFresh = session === undefined
  if (isFresh && digests && (traits?.identity?.due === 'open' || asksFirst(m))) return 'hashing'
  return !isFresh && asks && m.protocol.landed ? 'checking' : 'uploading'
}

async function resolveMetadata(m: Machinery, journey: Journey, signal: AbortSignal): Promise<Metadata> {
  const { metadata } = m.options
  const given =
    typeof metadata === 'function'
      ? await resolveOption('metadata', () => metadata(journey.handle), signal)
      : metadata
  return { ...given, ...journey.metadata }
}

/** Takes the lock that keeps other tabs from sending the same file; `true` where there are no locks. */
async function claim(m: Machinery, { journey, signal }: Run): Promise<boolean> {
  const { locks } = m.ports
  if (!locks || journey.unlock) return true
  const unlock = await locks.take(lockName(m, journey))
  // Nobody would let go of it: who ended meanwhile has looked already.
  if (signal.aborted) unlock?.()
  else journey.unlock = unlock
  return unlock !== undefined
}

/** What two tabs that were given the same file agree on without reading it. */
export function lockName(m: Machinery, { name, path, size, file }: Journey): string {
  const { lastModified } = file as Partial<File>
  return `lading:${JSON.stringify([m.protocol.name, name, path ?? null, size, lastModified ?? null])}`
}
