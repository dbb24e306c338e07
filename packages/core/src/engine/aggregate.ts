import type { UploaderState } from '../api/uploader.ts'
import type { Clock } from '../ports/clock.ts'
import { type UploadStatus, uploadStatuses } from '../statechart/state.ts'
import type { Journey } from './journey.ts'
import { Meter } from './meter.ts'
import { progressOf } from './progress.ts'
import { Published } from './published.ts'

/**
 * What is seen of all uploads together, kept by deltas: a tick costs the same with one upload and with 100,000.
 */
export class Aggregate {
  readonly shown: Published<UploaderState>
  readonly counts: Record<UploadStatus, number>
  #files = 0
  #totalBytes = 0
  #landedBytes = 0
  #sentBytes = 0
  #ids: readonly string[] = []
  #counts: Readonly<Record<UploadStatus, number>> | undefined
  #areIdsStale = false
  #online: boolean
  readonly #meter = new Meter()
  readonly #clock: Clock
  readonly #listIds: () => readonly string[]

  constructor(given: {
    clock: Clock
    online: boolean
    listIds: () => readonly string[]
    report: (error: unknown) => void
  }) {
    this.#clock = given.clock
    this.#online = given.online
    this.#listIds = given.listIds
    this.shown = new Published(() => this.#picture(), given.report)
    this.counts = Object.fromEntries(uploadStatuses.map((status) => [status, 0])) as Record<
      UploadStatus,
      number
    >
  }

  /** How many uploads something is still to be done for. */
  get unsettled(): number {
    const { done, failed, canceled } = this.counts
    return this.listed - done - failed - canceled
  }

  /** How many uploads are on the list. */
  listed = 0

  /** How many uploads count for limits, and their bytes: all but canceled ones. */
  get tally(): { files: number; bytes: number } {
    return { files: this.#files, bytes: this.#totalBytes }
  }

  set online(online: boolean) {
    this.#online = online
    this.shown.refresh()
  }

  /** The list changed. */
  relist(): void {
    this.#areIdsStale = true
    this.shown.refresh()
  }

  /** Brings the sums up to date with one upload: by the difference to what was counted of it. */
  recount(journey: Journey): void {
    const before = journey.counted
    const counts = !journey.isRemoved && journey.lifecycle.status !== 'canceled'
    const after = counts
      ? { totalBytes: journey.size, landedBytes: journey.landedBytes, sentBytes: journey.sentBytes }
      : undefined
    journey.counted = after
    this.#files += (after ? 1 : 0) - (before ? 1 : 0)
    this.#totalBytes += (after?.totalBytes ?? 0) - (before?.totalBytes ?? 0)
    this.#landedBytes += (after?.landedBytes ?? 0) - (before?.landedBytes ?? 0)
    const moved = (after?.sentBytes ?? 0) - (before?.sentBytes ?? 0)
    this.#sentBytes += moved
    if (journey.run !== undefined) {
      journey.moved(moved)
      this.#meter.add(moved)
    }
    this.shown.refresh()
  }

  /** The same object until a count changed, so that who watches counts does not hear of bytes. */
  #shownCounts(): Readonly<Record<UploadStatus, number>> {
    const shown = this.#counts
    if (!shown || uploadStatuses.some((status) => shown[status] !== this.counts[status])) {
      this.#counts = { ...this.counts }
    }
    return this.#counts ?? this.counts
  }

  #picture(): UploaderState {
    if (this.#areIdsStale) {
      this.#ids = this.#listIds()
      this.#areIdsStale = false
    }
    const { preparing, hashing, checking, uploading, completing } = this.counts
    const isWorking = preparing + hashing + checking + uploading + completing > 0
    if (!isWorking) this.#meter.reset()
    const speed = isWorking ? this.#meter.read(this.#clock.now()) : 0
    const isDone = this.#files > 0 && this.counts.done === this.#files
    return {
      ids: this.#ids,
      counts: this.#shownCounts(),
      totals: {
        files: this.#files,
        ...progressOf(this.#totalBytes, this.#landedBytes, this.#sentBytes, speed, isDone),
      },
      speed,
      online: this.#online,
    }
  }
}
