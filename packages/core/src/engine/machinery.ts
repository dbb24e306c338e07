import type { ChunkVerdict } from '../api/hooks.ts'
import type { UploaderEvents } from '../api/uploader.ts'
import { UploadError } from '../errors/upload-error.ts'
import type { ResolvedOptions } from '../policy/resolve-options.ts'
import type { Json } from '../ports/json.ts'
import type { FileFacts, Metadata, Plan, Protocol, ProtocolContext } from '../ports/protocol.ts'
import type { LifecycleEvent } from '../statechart/event.ts'
import type { HookRegistry } from './hook-registry.ts'
import type { Journey } from './journey.ts'
import type { Listeners } from './listeners.ts'
import { onAbort } from './on-abort.ts'
import type { EnginePorts } from './ports.ts'
import type { RequestBudget } from './request-budget.ts'
import type { RequestMaker } from './request-maker.ts'

/** What the stages of a journey work with. Results and metadata are typed at the edge, opaque in here. */
export interface Machinery {
  readonly protocol: Protocol<Json, unknown, Metadata>
  readonly ports: EnginePorts
  readonly options: ResolvedOptions
  readonly hooks: HookRegistry<unknown, Metadata>
  readonly listeners: Listeners<UploaderEvents>
  readonly budget: RequestBudget
  readonly requests: RequestMaker
  /** Aborted when the uploader is disposed of: ends what belongs to no run. */
  readonly lifetime: AbortSignal
  dispatch(journey: Journey, event: LifecycleEvent): void
  /** Bytes of an upload moved. */
  moved(journey: Journey): void
}

/** One stay of an upload in an active status. */
export interface Run {
  readonly journey: Journey
  readonly run: number
  /** Which piece of the run's work this is: what an earlier one still has under way takes no decisions. */
  readonly turn: number
  /** Aborted when the run ends. */
  readonly signal: AbortSignal
}

/** Whether this piece of work is still the journey's present one. */
export function isCurrent({ journey, run, turn }: Run): boolean {
  return journey.run === run && journey.turn === turn
}

/** Waits for a promise, but no longer than the run lasts: app code that never answers must not hold a pause up. */
export function whileRunning<T>(promise: Promise<T> | T, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(new UploadError('aborted'))
    if (signal.aborted) return stop()
    const forget = onAbort(signal, stop)
    Promise.resolve(promise).then(resolve, reject).finally(forget)
  })
}

/** What the protocol may know of the file; a fresh session gets a fresh id. */
export function factsOf(journey: Journey): FileFacts {
  const { id, epoch, file, name, size, path, metadata } = journey
  const { lastModified } = file as Partial<File>
  return {
    uploadId: epoch === 0 ? id : `${id}-${epoch}`,
    name,
    size,
    type: file.type,
    ...(path !== undefined && { path }),
    ...(lastModified !== undefined && { lastModifiedMs: lastModified }),
    metadata,
  }
}

/** The part a context is made for. */
export interface Cargo {
  readonly blob: Blob
  readonly verdict: ChunkVerdict
  readonly onSent: (bytes: number) => void
}

/** What a context may differ in. */
export interface ContextGiven {
  readonly cargo?: Cargo
  /** How long requests live, where that is longer than the run. Code of the app is never waited for longer. */
  readonly lifetime?: AbortSignal
}

/** A context for calls about one journey. */
export function contextOf(
  m: Machinery,
  { journey, signal }: Pick<Run, 'journey' | 'signal'>,
  { cargo, lifetime = signal }: ContextGiven = {},
): ProtocolContext {
  const facts = factsOf(journey)
  const plan: Plan = journey.ledger?.plan ?? { size: journey.size, chunkSizeBytes: journey.size, count: 1 }
  return m.requests.context({
    file: facts,
    plan,
    signal: lifetime,
    headers: () => resolveHeaders(m, journey, signal),
    judge: async (reply) => {
      // An answer that crossed a pause is kept as it is.
      if (!signal.aborted) await whileRunning(m.hooks.acceptResponse(reply, journey.handle), signal)
    },
    stallTimeoutMs: m.options.stallTimeoutMs,
    ...(cargo && { cargo }),
  })
}

/** Makes one protocol call with a place of the budget. */
export async function call<T>(
  m: Machinery,
  run: Pick<Run, 'journey' | 'signal'>,
  speak: (ctx: ProtocolContext) => Promise<T>,
  given: ContextGiven = {},
): Promise<T> {
  const giveBack = await m.budget.take(run.signal)
  try {
    return await speak(contextOf(m, run, given))
  } finally {
    giveBack()
  }
}

async function resolveHeaders(
  m: Machinery,
  journey: Journey,
  signal: AbortSignal,
): Promise<Readonly<Record<string, string>>> {
  const { headers } = m.options
  if (typeof headers !== 'function') return headers ?? {}
  return resolveOption('headers', () => headers(journey.handle), signal)
}

/** Calls an option given as a function; what it throws fails the upload with `option-failed`. */
export async function resolveOption<T>(
  name: string,
  resolve: () => T | Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  try {
    return await whileRunning(resolve(), signal)
  } catch (error) {
    if (signal.aborted) throw error
    const message = error instanceof Error ? error.message : String(error)
    throw new UploadError('option-failed', { message: `${name}: ${message}`, cause: error })
  }
}
