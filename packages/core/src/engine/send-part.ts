import { UploadError } from '../errors/upload-error.ts'
import type { Flight, Ledger } from '../ledger/ledger.ts'
import { chunkEnd, chunkStart } from '../ledger/plan.ts'
import type { Json } from '../ports/json.ts'
import type { Lost, Part, Recount, Sent } from '../ports/protocol.ts'
import { contextOf } from './context.ts'
import type { Run } from './run.ts'

/** Hooks, digest, question, bytes: what it takes to get one part across. `hashBeside` begins a chunk's digest. */
export async function sendPart(
  run: Run,
  ledger: Ledger,
  flight: Flight,
  hashBeside: (chunk: number) => void,
): Promise<Sent<Json, unknown> | Lost | Recount> {
  const { m, journey, signal } = run
  const { traits, digests } = journey
  const { first, count, offset, size } = flight
  const through = offset + size
  const blob = journey.file.slice(offset, through, 'application/octet-stream')
  // The digest of a chunk is the digest of a part's bytes only where the part is that whole chunk.
  const whole = isWhole(flight, ledger) ? digests : undefined
  const digest = whole?.known(first)
  const replaces = digests?.replaces.get(first)
  let part: Part = {
    ...{ first, count, offset, size, blob },
    ...(digest !== undefined && { digest }),
    ...(replaces !== undefined && { replaces }),
  }
  const verdict = await m.hooks.beforeChunk(journey.handle, part, signal)
  if (verdict.skip) return { through }
  for (let chunk = first; chunk < first + count; chunk++) hashBeside(chunk)
  if (whole && traits?.chunkDigest?.due === 'before')
    part = { ...part, digest: await whole.want(first, signal) }
  const onSent = (bytes: number): void => {
    ledger.progress(flight, bytes)
    m.moved(journey)
  }
  const ctx = contextOf(run, { cargo: { blob, verdict, onSent } })
  const { session } = journey
  if (session === undefined) throw new UploadError('aborted')
  if (traits?.knows === 'per-chunk' && m.protocol.holds) {
    const held = await m.protocol.holds(ctx, session, part)
    if (held === true) return { through }
    if (held !== false) return held
  }
  return m.protocol.send(ctx, session, part)
}

function isWhole({ first, count, size }: Flight, { plan }: Ledger): boolean {
  return count === 1 && size === chunkEnd(plan, first) - chunkStart(plan, first)
}
