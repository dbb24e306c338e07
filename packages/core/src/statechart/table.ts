import type { LifecycleEventType } from './event.ts'
import type { UploadStatus } from './state.ts'

/**
 * Where an event leads; where there are several, the event's `next` says which. Where there is none, the status goes on
 * as it is, with what the event changes of it: no work begins anew.
 */
export type Cell = readonly UploadStatus[]

type Row = { readonly [E in LifecycleEventType]?: Cell }

/** What every status with a slot does with a command or a misfortune. */
const active = {
  pause: ['paused'],
  cancel: ['canceled'],
  blocked: ['paused'],
  failed: ['failed'],
  finished: ['done'],
  waits: [],
  'goes-on': [],
} as const satisfies Row

/** What every status does with one that is idle. */
const idle = { cancel: ['canceled'], 'replace-file': ['queued'] } as const satisfies Row

/**
 * The statechart: for every status, the events it reacts to. An event that has no cell changes nothing.
 *
 * `transition`, `can`, the chart in ARCHITECTURE.md and the tests are all derived from it.
 */
export const table: { readonly [S in UploadStatus]: Row } = {
  queued: { start: ['queued'], 'slot-won': ['preparing'], pause: ['paused'], ...idle },
  preparing: { ...active, prepared: ['hashing', 'checking', 'uploading'], 'lock-taken': ['following'] },
  hashing: { ...active, hashed: ['checking', 'uploading'] },
  checking: { ...active, checked: ['uploading'], 'session-lost': ['uploading'] },
  uploading: {
    ...active,
    'identity-moved': [],
    'out-of-step': ['checking'],
    'all-landed': ['completing'],
    'session-lost': ['uploading'],
  },
  completing: { ...active, 'out-of-step': ['checking'], 'session-lost': ['uploading'] },
  paused: { resume: ['queued'], ...idle },
  following: { 'lock-freed': ['queued'], pause: ['paused'], cancel: ['canceled'] },
  done: {},
  failed: { retry: ['queued'], ...idle },
  canceled: {},
}
