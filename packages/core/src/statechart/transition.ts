import type { Command } from './command.ts'
import type { Effect } from './effect.ts'
import type { LifecycleEvent, LifecycleEventType } from './event.ts'
import { isActive, type Lifecycle, type UploadStatus } from './state.ts'
import { type Cell, table } from './table.ts'

type EffectType = Effect['type']

/** A state with the effects of having got there. */
export interface Step<Result = unknown> {
  readonly state: Lifecycle<Result>
  readonly effects: readonly Effect[]
}

/** What each status carries of the facts that states and events bring: its own fields and no others. */
const carried: { readonly [S in UploadStatus]: readonly string[] } = {
  queued: ['held', 'checkpoint'],
  preparing: ['run', 'checkpoint'],
  hashing: ['run', 'checkpoint'],
  checking: ['run'],
  uploading: ['run', 'identity'],
  completing: ['run'],
  paused: ['reason', 'checkpoint'],
  following: [],
  done: ['how', 'result'],
  failed: ['error', 'checkpoint'],
  canceled: [],
}

/** What is done when a status is entered. */
const entry: { readonly [S in UploadStatus]: readonly EffectType[] } = {
  queued: ['enqueue'],
  preparing: ['prepare'],
  hashing: ['hash'],
  checking: ['check'],
  uploading: ['upload'],
  completing: ['complete'],
  paused: [],
  following: ['await-lock'],
  done: ['settle'],
  failed: ['settle'],
  canceled: ['drop-session', 'settle'],
}

/** What an event asks for besides, on the way. */
const onTheWay: { readonly [E in LifecycleEventType]?: readonly EffectType[] } = {
  'session-lost': ['forget-session'],
  'replace-file': ['drop-session'],
}

/**
 * The one way a lifecycle changes: pure, total, and silent about events that mean nothing in a state.
 *
 * A report of another run than the state's own changes nothing: the work it speaks of was called off.
 */
export function transition<Result>(state: Lifecycle<Result>, event: LifecycleEvent<Result>): Step<Result> {
  const cell = cellOf(state, event.type)
  if (!cell || isStale(state, event)) return { state, effects: [] }
  const to = 'next' in event ? event.next : cell[0]
  if (!to) return { state: amend(state, event), effects: [] }
  const next = enter<Result>(to, event.type === 'replace-file' ? {} : state, event)
  const types = [...exit(state, next), ...(onTheWay[event.type] ?? []), ...entry[to]]
  const run = 'run' in event ? event.run : 0
  return { state: next, effects: types.map((type) => ({ type, run })) }
}

/** Whether a command does anything in a state. */
export function can(state: Lifecycle, command: Command): boolean {
  return cellOf(state, command) !== undefined
}

function cellOf(state: Lifecycle, type: LifecycleEventType): Cell | undefined {
  return type === 'start' && state.status === 'queued' && !state.held ? undefined : table[state.status][type]
}

function isStale(state: Lifecycle, event: LifecycleEvent): boolean {
  return 'run' in event && event.type !== 'slot-won' && !('run' in state && state.run === event.run)
}

/** What is done when a status is left: the slot is kept from one active status to the next. */
function exit(state: Lifecycle, next: Lifecycle): readonly EffectType[] {
  if (isActive(state)) return isActive(next) ? [] : ['stop', 'release-slot']
  return state.status === 'following' ? ['stop'] : []
}

/** A state of `status` out of what is known: each fact from the event, else from the state before, else its default. */
function enter<Result>(status: UploadStatus, before: object, event: object): Lifecycle<Result> {
  const facts: Record<string, unknown> = { reason: 'user', identity: 'off', ...before, ...event, held: false }
  const known = carried[status].filter((field) => facts[field] !== undefined)
  return Object.fromEntries([['status', status], ...known.map((field) => [field, facts[field]])]) as never
}

/** The same state, waiting, going on, or with another identity. */
function amend<Result>(state: Lifecycle<Result>, event: LifecycleEvent<Result>): Lifecycle<Result> {
  const { type, ...changes } = event
  const { waiting: _, ...rest } = state as Lifecycle & { waiting?: unknown }
  return (type === 'goes-on' ? rest : { ...state, ...changes }) as Lifecycle<Result>
}
