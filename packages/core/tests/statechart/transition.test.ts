import { describe, expect, it } from 'vitest'
import { UploadError } from '../../src/errors/upload-error.ts'
import { commands } from '../../src/statechart/command.ts'
import type { LifecycleEvent, LifecycleEventType } from '../../src/statechart/event.ts'
import {
  isActive,
  isSettled,
  type Lifecycle,
  type UploadStatus,
  uploadStatuses,
} from '../../src/statechart/state.ts'
import { table } from '../../src/statechart/table.ts'
import { can, transition } from '../../src/statechart/transition.ts'

const run = 7
const checkpoint = { hasSession: true, ask: true }
const error = new UploadError('network')

const states: Record<UploadStatus, Lifecycle> = {
  queued: { status: 'queued', held: true, checkpoint },
  preparing: { status: 'preparing', run, checkpoint },
  hashing: { status: 'hashing', run },
  checking: { status: 'checking', run },
  uploading: { status: 'uploading', run, identity: 'off' },
  completing: { status: 'completing', run },
  paused: { status: 'paused', reason: 'user', checkpoint },
  following: { status: 'following' },
  done: { status: 'done', how: 'uploaded', result: 1 },
  failed: { status: 'failed', error, checkpoint },
  canceled: { status: 'canceled' },
}

const events: Record<LifecycleEventType, LifecycleEvent> = {
  start: { type: 'start' },
  pause: { type: 'pause', checkpoint },
  resume: { type: 'resume' },
  retry: { type: 'retry' },
  cancel: { type: 'cancel' },
  'replace-file': { type: 'replace-file', file: new Blob() },
  'slot-won': { type: 'slot-won', run: 8 },
  'lock-freed': { type: 'lock-freed' },
  prepared: { type: 'prepared', run, next: 'uploading' },
  'lock-taken': { type: 'lock-taken', run },
  hashed: { type: 'hashed', run, next: 'uploading' },
  checked: { type: 'checked', run, identity: 'miss' },
  'identity-moved': { type: 'identity-moved', run, identity: 'asking' },
  'out-of-step': { type: 'out-of-step', run },
  'all-landed': { type: 'all-landed', run },
  'session-lost': { type: 'session-lost', run },
  finished: { type: 'finished', run, how: 'uploaded', result: 42 },
  waits: { type: 'waits', run, waiting: { reason: 'offline' } },
  'goes-on': { type: 'goes-on', run },
  blocked: { type: 'blocked', run, reason: 'storage-full', checkpoint },
  failed: { type: 'failed', run, error, checkpoint },
}

type Row = Partial<Record<LifecycleEventType, [UploadStatus, ...string[]]>>

const whileActive: Row = {
  pause: ['paused', 'stop', 'release-slot'],
  cancel: ['canceled', 'stop', 'release-slot', 'drop-session', 'settle'],
  blocked: ['paused', 'stop', 'release-slot'],
  failed: ['failed', 'stop', 'release-slot', 'settle'],
  finished: ['done', 'stop', 'release-slot', 'settle'],
}

/** Where each event leads, and what is done: everything that is not here changes nothing. */
const expected: Record<UploadStatus, Row> = {
  queued: {
    start: ['queued', 'enqueue'],
    'slot-won': ['preparing', 'prepare'],
    pause: ['paused'],
    cancel: ['canceled', 'drop-session', 'settle'],
    'replace-file': ['queued', 'drop-session', 'enqueue'],
  },
  preparing: {
    ...whileActive,
    prepared: ['uploading', 'upload'],
    'lock-taken': ['following', 'stop', 'release-slot', 'await-lock'],
    waits: ['preparing'],
    'goes-on': ['preparing'],
  },
  hashing: { ...whileActive, hashed: ['uploading', 'upload'], waits: ['hashing'], 'goes-on': ['hashing'] },
  checking: {
    ...whileActive,
    checked: ['uploading', 'upload'],
    'session-lost': ['uploading', 'forget-session', 'upload'],
    waits: ['checking'],
    'goes-on': ['checking'],
  },
  uploading: {
    ...whileActive,
    'identity-moved': ['uploading'],
    'out-of-step': ['checking', 'check'],
    'all-landed': ['completing', 'complete'],
    'session-lost': ['uploading', 'forget-session', 'upload'],
    waits: ['uploading'],
    'goes-on': ['uploading'],
  },
  completing: {
    ...whileActive,
    'out-of-step': ['checking', 'check'],
    'session-lost': ['uploading', 'forget-session', 'upload'],
    waits: ['completing'],
    'goes-on': ['completing'],
  },
  paused: {
    resume: ['queued', 'enqueue'],
    cancel: ['canceled', 'drop-session', 'settle'],
    'replace-file': ['queued', 'drop-session', 'enqueue'],
  },
  following: {
    'lock-freed': ['queued', 'stop', 'enqueue'],
    pause: ['paused', 'stop'],
    cancel: ['canceled', 'stop', 'drop-session', 'settle'],
  },
  done: {},
  failed: {
    retry: ['queued', 'enqueue'],
    cancel: ['canceled', 'drop-session', 'settle'],
    'replace-file': ['queued', 'drop-session', 'enqueue'],
  },
  canceled: {},
}

describe('transition', () => {
  for (const status of uploadStatuses) {
    for (const [type, event] of Object.entries(events) as [LifecycleEventType, LifecycleEvent][]) {
      const row = expected[status][type]
      if (!row) {
        it(`${status} ignores ${type}`, () => {
          const step = transition(states[status], event)
          expect(step.state).toBe(states[status])
          expect(step.effects).toEqual([])
        })
        continue
      }
      const [to, ...effects] = row
      it(`${status} goes to ${to} on ${type}`, () => {
        const step = transition(states[status], event)
        expect(step.state.status).toBe(to)
        expect(step.effects.map((effect) => effect.type)).toEqual(effects)
        const targets = table[status][type] ?? []
        expect(targets.length > 0 ? targets : [status]).toContain(to)
      })
    }
  }

  it('covers every status and every event it declares', () => {
    expect(Object.keys(expected).sort()).toEqual([...uploadStatuses].sort())
    for (const status of uploadStatuses) {
      expect(Object.keys(table[status]).sort()).toEqual(Object.keys(expected[status]).sort())
    }
  })

  it('drops the reports of a run that is over', () => {
    for (const status of uploadStatuses.filter((each) => isActive(states[each]))) {
      for (const event of Object.values(events)) {
        if (!('run' in event) || event.type === 'slot-won') continue
        const stale = { ...event, run: run - 1 }
        expect(transition(states[status], stale)).toEqual({ state: states[status], effects: [] })
      }
    }
  })

  it('keeps the checkpoint through pause, resume and the next slot', () => {
    const paused = transition(states.uploading, { type: 'pause', checkpoint }).state
    expect(paused).toEqual({ status: 'paused', reason: 'user', checkpoint })
    const queued = transition(paused, { type: 'resume' }).state
    expect(queued).toEqual({ status: 'queued', held: false, checkpoint })
    expect(transition(queued, { type: 'slot-won', run: 9 }).state).toEqual({
      status: 'preparing',
      run: 9,
      checkpoint,
    })
  })

  it('shows what is waited for, and forgets it when it goes on', () => {
    const waiting = { reason: 'backoff', untilMs: 5 } as const
    const held = transition(states.uploading, { type: 'waits', run, waiting }).state
    expect(held).toEqual({ ...states.uploading, waiting })
    expect(transition(held, { type: 'goes-on', run }).state).toEqual(states.uploading)
  })

  it('starts only what is held', () => {
    const released: Lifecycle = { status: 'queued', held: false }
    expect(transition(released, { type: 'start' })).toEqual({ state: released, effects: [] })
    expect(can(released, 'start')).toBe(false)
    expect(can(states.queued, 'start')).toBe(true)
  })

  it('says of each command whether it does anything', () => {
    for (const status of uploadStatuses) {
      for (const command of commands) {
        expect(can(states[status], command)).toBe(command in expected[status])
      }
    }
  })

  it('knows which states hold a slot and which are ends', () => {
    const active = uploadStatuses.filter((status) => isActive(states[status]))
    expect(active).toEqual(['preparing', 'hashing', 'checking', 'uploading', 'completing'])
    expect(uploadStatuses.filter((status) => isSettled(states[status]))).toEqual([
      'done',
      'failed',
      'canceled',
    ])
  })

  it('can reach every status from the first', () => {
    const reached = new Set<UploadStatus>(['queued'])
    for (let before = 0; before < reached.size; ) {
      before = reached.size
      for (const status of [...reached]) {
        for (const cell of Object.values(table[status])) for (const to of cell) reached.add(to)
      }
    }
    expect([...reached].sort()).toEqual([...uploadStatuses].sort())
  })
})
