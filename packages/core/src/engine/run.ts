import { toUploadError } from '../errors/upload-error.ts'
import type { WorkEvent } from '../statechart/event.ts'
import type { Waiting } from '../statechart/state.ts'
import type { Journey } from './journey.ts'
import type { Machinery } from './machinery.ts'

type WithoutRun<Event> = Event extends unknown ? Omit<Event, 'run'> : never

/** One piece of the work of one stay in an active status: what an earlier piece still has under way takes no decisions. */
export class Run {
  readonly m: Machinery
  readonly journey: Journey
  /** Aborted when the stay ends. */
  readonly signal: AbortSignal
  readonly #run: number
  readonly #turn: number

  constructor(m: Machinery, journey: Journey, run: number) {
    this.m = m
    this.journey = journey
    journey.controller ??= new AbortController()
    this.signal = journey.controller.signal
    this.#run = run
    this.#turn = ++journey.turn
  }

  /** Whether this is still the journey's present piece of work. */
  get isCurrent(): boolean {
    return this.journey.run === this.#run && this.journey.turn === this.#turn
  }

  /** Says what the work has come to; nobody listens to a piece of work that is over. */
  tell(event: WithoutRun<WorkEvent<unknown>>): void {
    if (this.isCurrent) this.m.dispatch(this.journey, { ...event, run: this.#run } as WorkEvent<unknown>)
  }

  /** Shows what the stay waits for, whichever piece of its work began to; nothing where it goes on. */
  show(waiting?: Waiting): void {
    const run = this.#run
    this.m.dispatch(this.journey, waiting ? { type: 'waits', run, waiting } : { type: 'goes-on', run })
  }

  /** Ends a stay that cannot go on: a full disk pauses, anything else fails. */
  fail(thrown: unknown): void {
    const error = toUploadError(thrown)
    const checkpoint = this.journey.checkpoint()
    if (error.code === 'storage-full') this.tell({ type: 'blocked', reason: 'storage-full', checkpoint })
    else this.tell({ type: 'failed', error, checkpoint })
  }
}
