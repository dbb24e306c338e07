import type { Journey } from './journey.ts'

/** Those who wait, first come first served, at a cost that does not grow with their number. */
class Line {
  #journeys: Journey[] = []
  #head = 0

  push(journey: Journey): void {
    this.#journeys.push(journey)
  }

  shift(): Journey | undefined {
    const first = this.#journeys[this.#head++]
    if (!first || this.#head > 1000) {
      this.#journeys = this.#journeys.slice(this.#head)
      this.#head = 0
    }
    return first
  }
}

/** Who may be active: so many uploads at once, higher priority first, then in order; those going on come first. */
export class FileSlots {
  limit: number
  /** Who has a slot. */
  readonly active: Set<Journey> = new Set()
  /** By descending priority. */
  readonly #queues: { readonly priority: number; readonly goingOn: Line; readonly waiting: Line }[] = []
  readonly #begin: (journey: Journey) => void

  constructor(limit: number, begin: (journey: Journey) => void) {
    this.limit = limit
    this.#begin = begin
  }

  enqueue(journey: Journey): void {
    const { goingOn, waiting } = this.#queueOf(journey.priority)
    const isGoingOn = journey.lifecycle.status === 'queued' && journey.lifecycle.checkpoint !== undefined
    ;(isGoingOn ? goingOn : waiting).push(journey)
  }

  release(journey: Journey): void {
    this.active.delete(journey)
  }

  /**
   * Gives free slots to those who wait; who left the queue meanwhile is passed over. `true` where somebody won one.
   *
   * To be called when no event waits to be taken any more: who is about to be paused must not win a slot.
   */
  fill(): boolean {
    let hasBegun = false
    while (this.active.size < this.limit) {
      const next = this.#next()
      if (!next) break
      this.active.add(next)
      this.#begin(next)
      hasBegun = true
    }
    return hasBegun
  }

  #next(): Journey | undefined {
    for (const { goingOn, waiting } of this.#queues) {
      for (let next = goingOn.shift() ?? waiting.shift(); next; next = goingOn.shift() ?? waiting.shift()) {
        if (isWaiting(next) && !this.active.has(next)) return next
      }
    }
    return undefined
  }

  #queueOf(priority: number): { readonly goingOn: Line; readonly waiting: Line } {
    const at = this.#queues.findIndex((queue) => queue.priority <= priority)
    const found = this.#queues[at]
    if (found?.priority === priority) return found
    const queue = { priority, goingOn: new Line(), waiting: new Line() }
    this.#queues.splice(at < 0 ? this.#queues.length : at, 0, queue)
    return queue
  }
}

function isWaiting(journey: Journey): boolean {
  return journey.lifecycle.status === 'queued' && !journey.lifecycle.held
}
