import type { Journey } from './journey.ts'

/** Who may be active: so many uploads at once, higher priority first, then in order; those going on come first. */
export class FileSlots {
  #limit: number
  readonly #active = new Set<Journey>()
  /** By descending priority. */
  readonly #queues: { priority: number; goingOn: Journey[]; waiting: Journey[]; head: number }[] = []
  readonly #begin: (journey: Journey) => void
  #isPumping = false

  constructor(limit: number, begin: (journey: Journey) => void) {
    this.#limit = limit
    this.#begin = begin
  }

  set limit(limit: number) {
    this.#limit = limit
    this.pump()
  }

  get active(): ReadonlySet<Journey> {
    return this.#active
  }

  enqueue(journey: Journey): void {
    const queue = this.#queueOf(journey.priority)
    const isGoingOn = journey.lifecycle.status === 'queued' && journey.lifecycle.checkpoint !== undefined
    if (isGoingOn) queue.goingOn.push(journey)
    else queue.waiting.push(journey)
    this.pump()
  }

  release(journey: Journey): void {
    if (this.#active.delete(journey)) this.pump()
  }

  /** Gives free slots to those who wait; who left the queue meanwhile is passed over. */
  pump(): void {
    if (this.#isPumping) return
    this.#isPumping = true
    while (this.#active.size < this.#limit) {
      const next = this.#next()
      if (!next) break
      this.#active.add(next)
      this.#begin(next)
    }
    this.#isPumping = false
  }

  #next(): Journey | undefined {
    for (const queue of this.#queues) {
      for (;;) {
        const journey = queue.goingOn.shift() ?? queue.waiting[queue.head++]
        if (!journey) break
        if (isWaiting(journey) && !this.#active.has(journey)) return journey
      }
      queue.waiting.length = 0
      queue.head = 0
    }
    return undefined
  }

  #queueOf(priority: number): { goingOn: Journey[]; waiting: Journey[] } {
    const at = this.#queues.findIndex((queue) => queue.priority <= priority)
    const found = this.#queues[at]
    if (found?.priority === priority) return found
    const queue = { priority, goingOn: [], waiting: [], head: 0 }
    this.#queues.splice(at < 0 ? this.#queues.length : at, 0, queue)
    return queue
  }
}

function isWaiting(journey: Journey): boolean {
  return journey.lifecycle.status === 'queued' && !journey.lifecycle.held && !journey.isRemoved
}
