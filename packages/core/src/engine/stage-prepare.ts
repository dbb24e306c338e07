import { fileTrouble } from '../errors/file-trouble.ts'
import type { Metadata } from '../ports/protocol.ts'
import type { Journey } from './journey.ts'
import type { Machinery } from './machinery.ts'
import { asksFirst, makePlan } from './planning.ts'
import type { Run } from './run.ts'
import { dropSession, forgetSession } from './session.ts'
import { askApp, whileRunning } from './while-running.ts'

/** The first stage: locks, the app's metadata, its `beforeFile` hooks, the plan; decides what comes next. */
export async function prepare(run: Run): Promise<void> {
  const { m, journey, signal } = run
  const isOurs = await claim(run)
  if (signal.aborted) return
  if (!isOurs) {
    run.tell({ type: 'lock-taken' })
    return
  }
  if (!journey.isMetadataResolved) {
    journey.metadata = await resolveMetadata(run)
    journey.isMetadataResolved = true
  }
  const trouble = await whileRunning(fileTrouble(journey.file), signal)
  if (trouble) throw trouble
  const verdict = await m.hooks.beforeFile(journey.handle, signal)
  if (verdict) {
    run.tell({ type: 'finished', how: 'instant', result: verdict.done })
    return
  }
  if (signal.aborted) return
  if (m.options.resume === false && journey.session !== undefined && !journey.answer) {
    void dropSession(m, journey, journey.session)
    forgetSession(journey)
  }
  makePlan(m, journey)
  run.tell({ type: 'prepared', next: nextStage(m, journey) })
}

function nextStage(
  m: Machinery,
  { traits, digests, session, asks }: Journey,
): 'hashing' | 'checking' | 'uploading' {
  const isFresh = session === undefined
  if (isFresh && digests && (traits?.identity?.due === 'open' || asksFirst(m))) return 'hashing'
  return !isFresh && asks && m.protocol.landed ? 'checking' : 'uploading'
}

async function resolveMetadata({ m, journey, signal }: Run): Promise<Metadata> {
  const { metadata } = m.options
  const given =
    typeof metadata === 'function'
      ? await askApp('option-failed', 'metadata', signal, () => metadata(journey.handle))
      : metadata
  return { ...given, ...journey.metadata }
}

/** Takes the lock that keeps other tabs from sending the same file; `true` where there are no locks. */
async function claim({ m, journey, signal }: Run): Promise<boolean> {
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
