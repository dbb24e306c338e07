import type { Effect } from './effect.ts'
import type { LifecycleEventType } from './event.ts'
import type { UploadStatus } from './state.ts'

/** What an event does to a status. */
export interface Cell {
  /**
   * Where it leads; where there are several, the event's `next` says which. Where there is none, the status goes on as
   * it is, with what the event changes of it: no work begins anew.
   */
  readonly to?: readonly UploadStatus[]
  /** What is done on the way, before the work of the status that is entered. */
  readonly effects?: readonly Effect['type'][]
  /** What was reached so far is of no use any more. */
  readonly afresh?: true
}

type Row = { readonly [E in LifecycleEventType]?: Cell }

/** What every status with a slot does with a command or a misfortune. */
const active = {
  pause: { to: ['paused'], effects: ['stop', 'release-slot'] },
  cancel: { to: ['canceled'], effects: ['stop', 'release-slot', 'drop-session', 'settle'] },
  blocked: { to: ['paused'], effects: ['stop', 'release-slot'] },
  failed: { to: ['failed'], effects: ['stop', 'release-slot', 'settle'] },
  finished: { to: ['done'], effects: ['stop', 'release-slot', 'settle'] },
  waits: {},
  'goes-on': {},
} as const satisfies Row

const again: Cell = { to: ['queued'], effects: ['enqueue'] }
const cancelIdle: Cell = { to: ['canceled'], effects: ['drop-session', 'settle'] }
const replaceFile: Cell = { to: ['queued'], effects: ['drop-session', 'enqueue'], afresh: true }
const ask: Cell = { to: ['checking'] }
const lose: Cell = { to: ['uploading'], effects: ['forget-session'] }

/**
 * The statechart: for every status, the events it reacts to. An event that has no cell changes nothing.
 *
 * `transition`, `can`, the chart in ARCHITECTURE.md and the tests are all derived from it.
 */
export const table: { readonly [S in UploadStatus]: Row } = {
  queued: {
    start: again,
    'slot-won': { to: ['preparing'] },
    pause: { to: ['paused'] },
    cancel: cancelIdle,
    'replace-file': replaceFile,
  },
  preparing: {
    ...active,
    prepared: { to: ['hashing', 'checking', 'uploading'] },
    'lock-taken': { to: ['following'], effects: ['release-slot', 'await-lock'] },
  },
  hashing: {
    ...active,
    hashed: { to: ['checking', 'uploading'] },
  },
  checking: {
    ...active,
    checked: { to: ['uploading'] },
    'session-lost': lose,
  },
  uploading: {
    ...active,
    'identity-moved': {},
    'out-of-step': ask,
    'all-landed': { to: ['completing'] },
    'session-lost': lose,
  },
  completing: {
    ...active,
    'out-of-step': ask,
    'session-lost': lose,
  },
  paused: { resume: again, cancel: cancelIdle, 'replace-file': replaceFile },
  following: {
    'lock-freed': again,
    pause: { to: ['paused'], effects: ['stop'] },
    cancel: { to: ['canceled'], effects: ['stop', 'drop-session', 'settle'] },
  },
  done: {},
  failed: { retry: again, cancel: cancelIdle, 'replace-file': replaceFile },
  canceled: {},
}
