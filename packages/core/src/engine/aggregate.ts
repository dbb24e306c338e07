import type { UploaderState } from '../api/uploader.ts'
import { duplicateKey } from '../policy/duplicate-key.ts'
import type { Clock } from '../ports/clock.ts'
import type { Captured } from '../ports/file-source.ts'
import type { Tally } from '../ports/guard.ts'
import { type UploadStatus, uploadStatuses } from '../statechart/state.ts'
import type { Counted, Journey } from './journey.ts'
import { Meter } from './meter.ts'
import type { EnginePorts } from './ports.ts'
import { progressOf } from './progress.ts'
import { Published } from './published.ts'

type Counts = Record<UploadStatus, number>

/**
 * What is seen of all uploads together, kept by deltas: a tick costs the same with one upload and with 100,000.
 *
 * Canceled uploads count for nothing but the number of canceled ones.
 */
export class Aggregate implements Tally {
  readonly shown: Published<UploaderState>
  files = 0
  bytes = 0
  #landedBytes = 0
  #sentBytes = 0
  /** How many hold a slot and do not wait: without one there is no speed, whatever it was. */
  #working = 0
  readonly #counts = Object.fromEntries(uploadStatuses.map((status) => [status, 0])) as Counts
  readonly #meter = new Meter()
  readonly #journeys: ReadonlyMap<string, Journey>
  readonly #clock: Clock
  #online: boolean
  /** As they were last shown: the same objects until they change, so that who watches counts does not hear of bytes. */
  #shownIds: readonly string[] | undefined
  #shownCounts: Readonly<Counts> | undefined
  /** The duplicate keys of all that is on the list, where they have been asked for. */
  #keys: Set<string> | undefined

  constructor({ clock, environment }: EnginePorts, journeys: ReadonlyMap<string, Journey>) {
    this.#journeys = journeys
    this.#clock = clock
    this.#online = environment.online()
    this.shown = new Published(() => this.#picture(), environment)
  }

  /** How many uploads something is still to be done for. */
  get unsettled(): number {
    const { done, failed, canceled } = this.#counts
    return this.#journeys.size - done - failed - canceled
  }

  has(key: string): boolean {
    if (!this.#keys) {
      this.#keys = new Set()
      for (const { lifecycle, name, path, size, file } of this.#journeys.values()) {
        const { lastModified } = file as Partial<File>
        if (lifecycle.status !== 'canceled') this.#keys.add(duplicateKey({ name, path, size, lastModified }))
      }
    }
    return this.#keys.has(key)
  }

  set online(online: boolean) {
    this.#online = online
    this.shown.refresh()
  }

  /** The list changed. */
  relist(): void {
    this.#shownIds = undefined
    this.shown.refresh()
  }

  /** An upload is on the list now. */
  admit(journey: Journey, captured: Captured): void {
    this.#keys?.add(duplicateKey(captured))
    this.recount(journey)
  }

  /** Another file than before, or one less, stands for some duplicate key. */
  rekey(): void {
    this.#keys = undefined
  }

  /** Brings the sums up to date with one upload: by the difference to what was counted of it. */
  recount(journey: Journey): void {
    const { counted: before, works, size, landedBytes, sentBytes } = journey
    const { status } = journey.lifecycle
    const after = journey.isRemoved ? undefined : { status, works, size, landedBytes, sentBytes }
    const sentBefore = this.#sentBytes
    if (before?.status !== after?.status) this.#shownCounts = undefined
    if (before) this.#count(before, -1)
    if (after) this.#count(after, 1)
    journey.counted = after
    if (journey.run !== undefined) {
      const moved = this.#sentBytes - sentBefore
      journey.moved(moved)
      this.#meter.add(moved)
    }
    this.shown.refresh()
  }

  #count({ status, works, size, landedBytes, sentBytes }: Counted, sign: 1 | -1): void {
    this.#counts[status] += sign
    if (works) this.#working += sign
    if (status === 'canceled') return
    this.files += sign
    this.bytes += sign * size
    this.#landedBytes += sign * landedBytes
    this.#sentBytes += sign * sentBytes
  }

  #picture(): UploaderState {
    this.#shownIds ??= [...this.#journeys.keys()]
    this.#shownCounts ??= { ...this.#counts }
    if (this.#working === 0) this.#meter.reset()
    const speed = this.#working > 0 ? this.#meter.read(this.#clock.now()) : 0
    const isDone = this.files > 0 && this.#counts.done === this.files
    return {
      ids: this.#shownIds,
      counts: this.#shownCounts,
      totals: {
        files: this.files,
        ...progressOf(this.bytes, this.#landedBytes, this.#sentBytes, speed, isDone),
      },
      speed,
      online: this.#online,
    }
  }
}
