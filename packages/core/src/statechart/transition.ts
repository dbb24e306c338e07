import type { Command } from './command.ts'
import type { LifecycleEvent, LifecycleEventType } from './event.ts'
import type { Lifecycle } from './state.ts'
import { type Cell, type Step, table } from './table.ts'

/**
 * The one way a lifecycle changes: pure, total, and silent about events that mean nothing in a state.
 *
 * A report of another run than the state's own changes nothing: the work it speaks of was called off.
 */
export function transition<Result>(state: Lifecycle<Result>, event: LifecycleEvent<Result>): Step<Result> {
  const cell = cellOf(state, event.type)
  if (!cell || isStale(state, event)) return { state, effects: [] }
  return cell.step(state as never, event as never) as Step<Result>
}

/** Whether a command does anything in a state. */
export function can(state: Lifecycle, command: Command): boolean {
  if (command === 'start') return state.status === 'queued' && state.held
  return cellOf(state, command) !== undefined
}

function cellOf(state: Lifecycle, type: LifecycleEventType): Cell<never, never> | undefined {
  return table[state.status][type] as Cell<never, never> | undefined
}

function isStale(state: Lifecycle, event: LifecycleEvent): boolean {
  return 'run' in event && event.type !== 'slot-won' && !('run' in state && state.run === event.run)
}
