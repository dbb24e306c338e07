import type { Effect } from './effect.ts'
import type { LifecycleEvent, LifecycleEventType } from './event.ts'
import type { ActiveState, Checkpoint, Lifecycle, UploadStatus } from './state.ts'

/** A state with the effects of having got there. */
export interface Step<Result = unknown> {
  readonly state: Lifecycle<Result>
  readonly effects: readonly Effect[]
}

type StateOf<S extends UploadStatus> = Extract<Lifecycle, { status: S }>
type EventOf<E extends LifecycleEventType> = Extract<LifecycleEvent, { type: E }>

/** One cell of the table: where it leads (drawn in the chart, asserted in the tests) and how. */
export interface Cell<State, Event> {
  readonly to: readonly UploadStatus[]
  readonly step: (state: State, event: Event) => Step
}

type Table = {
  readonly [S in UploadStatus]: { readonly [E in LifecycleEventType]?: Cell<StateOf<S>, EventOf<E>> }
}

const fresh: Checkpoint = { hasSession: false, ask: false }

const cell = <S extends UploadStatus, E extends LifecycleEventType>(
  to: readonly UploadStatus[],
  step: (state: StateOf<S>, event: EventOf<E>) => Step,
): Cell<StateOf<S>, EventOf<E>> => ({ to, step })

const queue = (checkpoint?: Checkpoint): Lifecycle => ({
  status: 'queued',
  held: false,
  ...(checkpoint && { checkpoint }),
})

const begin = (run: number, next: 'hashing' | 'checking' | 'uploading', checkpoint?: Checkpoint): Step => {
  if (next === 'hashing')
    return {
      state: { status: next, run, ...(checkpoint && { checkpoint }) },
      effects: [{ type: 'hash', run }],
    }
  if (next === 'checking') return { state: { status: next, run }, effects: [{ type: 'check', run }] }
  return { state: { status: next, run, identity: 'off' }, effects: [{ type: 'upload', run }] }
}

/** What every state with a slot does with a command or a misfortune. */
const whileActive = {
  pause: cell<ActiveState['status'], 'pause'>(['paused'], (_, { checkpoint }) => ({
    state: { status: 'paused', reason: 'user', checkpoint },
    effects: [{ type: 'stop' }, { type: 'release-slot' }],
  })),
  cancel: cell<ActiveState['status'], 'cancel'>(['canceled'], () => ({
    state: { status: 'canceled' },
    effects: [{ type: 'stop' }, { type: 'release-slot' }, { type: 'drop-session' }, { type: 'settle' }],
  })),
  blocked: cell<ActiveState['status'], 'blocked'>(['paused'], (_, { reason, checkpoint }) => ({
    state: { status: 'paused', reason, checkpoint },
    effects: [{ type: 'stop' }, { type: 'release-slot' }],
  })),
  failed: cell<ActiveState['status'], 'failed'>(['failed'], (_, { error, checkpoint }) => ({
    state: { status: 'failed', error, checkpoint },
    effects: [{ type: 'stop' }, { type: 'release-slot' }, { type: 'settle' }],
  })),
  finished: cell<ActiveState['status'], 'finished'>(['done'], (_, { how, result }) => ({
    state: { status: 'done', how, result },
    effects: [{ type: 'stop' }, { type: 'release-slot' }, { type: 'settle' }],
  })),
} as const

const wait = <S extends ActiveState['status']>(status: S) =>
  ({
    waits: cell<S, 'waits'>([status], (state, { waiting }) => ({
      state: { ...state, waiting },
      effects: [],
    })),
    'goes-on': cell<S, 'goes-on'>([status], (state) => ({ state: goOn(state), effects: [] })),
  }) as const

const goOn = (state: Lifecycle): Lifecycle => {
  if (!('waiting' in state)) return state
  const { waiting: _, ...rest } = state
  return rest as Lifecycle
}

const cancelIdle = cell<'queued' | 'paused' | 'failed', 'cancel'>(['canceled'], () => ({
  state: { status: 'canceled' },
  effects: [{ type: 'drop-session' }, { type: 'settle' }],
}))

const replaceFile = cell<'queued' | 'paused' | 'failed', 'replace-file'>(['queued'], () => ({
  state: queue(),
  effects: [{ type: 'drop-session' }, { type: 'enqueue' }],
}))

const lose = cell<'checking' | 'uploading' | 'completing', 'session-lost'>(['uploading'], ({ run }) => ({
  state: { status: 'uploading', run, identity: 'off' },
  effects: [{ type: 'forget-session' }, { type: 'upload', run }],
}))

const ask = cell<'uploading' | 'completing', 'out-of-step'>(['checking'], ({ run }) => ({
  state: { status: 'checking', run },
  effects: [{ type: 'check', run }],
}))

/**
 * The statechart: for every status, the events it reacts to. An event that has no cell changes nothing.
 *
 * `can`, the chart in ARCHITECTURE.md and the tests are all derived from it.
 */
export const table: Table = {
  queued: {
    start: cell(['queued'], (state) =>
      state.held
        ? { state: queue(state.checkpoint), effects: [{ type: 'enqueue' }] }
        : { state, effects: [] },
    ),
    'slot-won': cell(['preparing'], ({ checkpoint }, { run }) => ({
      state: { status: 'preparing', run, ...(checkpoint && { checkpoint }) },
      effects: [{ type: 'prepare', run }],
    })),
    pause: cell(['paused'], ({ checkpoint }) => ({
      state: { status: 'paused', reason: 'user', checkpoint: checkpoint ?? fresh },
      effects: [],
    })),
    cancel: cancelIdle,
    'replace-file': replaceFile,
  },
  preparing: {
    ...whileActive,
    ...wait('preparing'),
    prepared: cell(['hashing', 'checking', 'uploading'], ({ checkpoint }, { run, next }) =>
      begin(run, next, checkpoint),
    ),
    'lock-taken': cell(['following'], () => ({
      state: { status: 'following' },
      effects: [{ type: 'release-slot' }, { type: 'await-lock' }],
    })),
  },
  hashing: {
    ...whileActive,
    ...wait('hashing'),
    hashed: cell(['checking', 'uploading'], (_, { run, next }) => begin(run, next)),
  },
  checking: {
    ...whileActive,
    ...wait('checking'),
    checked: cell(['uploading'], (_, { run, identity }) => ({
      state: { status: 'uploading', run, identity },
      effects: [{ type: 'upload', run }],
    })),
    'session-lost': lose,
  },
  uploading: {
    ...whileActive,
    ...wait('uploading'),
    'identity-moved': cell(['uploading'], (state, { identity }) => ({
      state: { ...state, identity },
      effects: [],
    })),
    'out-of-step': ask,
    'all-landed': cell(['completing'], ({ run }) => ({
      state: { status: 'completing', run },
      effects: [{ type: 'complete', run }],
    })),
    'session-lost': lose,
  },
  completing: {
    ...whileActive,
    ...wait('completing'),
    'out-of-step': ask,
    'session-lost': lose,
  },
  paused: {
    resume: cell(['queued'], ({ checkpoint }) => ({
      state: queue(checkpoint),
      effects: [{ type: 'enqueue' }],
    })),
    cancel: cancelIdle,
    'replace-file': replaceFile,
  },
  following: {
    'lock-freed': cell(['queued'], () => ({ state: queue(), effects: [{ type: 'enqueue' }] })),
    pause: cell(['paused'], (_, { checkpoint }) => ({
      state: { status: 'paused', reason: 'user', checkpoint },
      effects: [{ type: 'stop' }],
    })),
    cancel: cell(['canceled'], () => ({
      state: { status: 'canceled' },
      effects: [{ type: 'stop' }, { type: 'drop-session' }, { type: 'settle' }],
    })),
  },
  done: {},
  failed: {
    retry: cell(['queued'], ({ checkpoint }) => ({
      state: queue(checkpoint),
      effects: [{ type: 'enqueue' }],
    })),
    cancel: cancelIdle,
    'replace-file': replaceFile,
  },
  canceled: {},
}
