import type { Cancel, Clock } from '../ports/clock.ts'
import type { Aggregate } from './aggregate.ts'
import type { Journey } from './journey.ts'

/** How often speeds are looked at while something is under way, so that a stalled one falls to zero. */
const heartbeatMs = 1000

/** Gathers what changed and tells watchers of it once a frame. */
export class Publisher {
  readonly #changed = new Set<Journey>()
  readonly #aggregate: Aggregate
  readonly #clock: Clock
  readonly #active: () => Iterable<Journey>
  #frame: Cancel | undefined
  #heartbeat: Cancel | undefined
  #isDisposed = false

  constructor(aggregate: Aggregate, clock: Clock, active: () => Iterable<Journey>) {
    this.#aggregate = aggregate
    this.#clock = clock
    this.#active = active
  }

  /** Bytes of an upload moved: shown with the next frame. */
  moved(journey: Journey): void {
    this.#changed.add(journey)
    this.schedule()
  }

  /** The list or the network changed: told with the next frame. */
  schedule(): void {
    if (!this.#isDisposed) this.#frame ??= this.#clock.frame(() => this.flush())
  }

  /** Tells everything now. */
  flush(): void {
    this.#frame?.()
    this.#frame = undefined
    for (const journey of this.#changed) {
      this.#aggregate.recount(journey)
      journey.refresh()
    }
    const changed = [...this.#changed]
    this.#changed.clear()
    for (const journey of changed) journey.publish()
    this.#aggregate.publish()
    this.#beat()
  }

  /** Tells everything a last time. */
  dispose(): void {
    this.#isDisposed = true
    this.flush()
    this.#heartbeat?.()
  }

  #beat(): void {
    if (this.#isDisposed || this.#heartbeat || isEmpty(this.#active())) return
    this.#heartbeat = this.#clock.after(heartbeatMs, () => {
      this.#heartbeat = undefined
      for (const journey of this.#active()) this.moved(journey)
    })
  }
}

function isEmpty(items: Iterable<unknown>): boolean {
  for (const _ of items) return false
  return true
}
