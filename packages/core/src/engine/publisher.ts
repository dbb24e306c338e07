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
  readonly #active: ReadonlySet<Journey>
  #frame: Cancel | undefined
  #heartbeat: Cancel | undefined
  #isDisposed = false

  constructor(aggregate: Aggregate, clock: Clock, active: ReadonlySet<Journey>) {
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
    this.#aggregate.shown.publish()
    this.#beat()
  }

  /** Tells everything a last time. */
  dispose(): void {
    this.#isDisposed = true
    this.flush()
  }

  #beat(): void {
    const isWorking = !this.#isDisposed && this.#active.size > 0
    if (isWorking) {
      this.#heartbeat ??= this.#clock.after(heartbeatMs, () => this.#showSpeeds())
      return
    }
    this.#heartbeat?.()
    this.#heartbeat = undefined
  }

  #showSpeeds(): void {
    this.#heartbeat = undefined
    for (const journey of this.#active) this.moved(journey)
  }
}
