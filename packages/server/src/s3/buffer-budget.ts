/**
 * How much of the bodies that are being received is in memory. Who wants more than there is waits for a chunk that is
 * on its way out; where none is, everybody waits for a slow client, and the prefix of a chunk is put away instead.
 */
export class BufferBudget {
  readonly #most: number
  #used = 0
  #leaving = 0
  #waiting: (() => void)[] = []

  constructor(most: number) {
    this.#most = most
  }

  /** Takes room for so many bytes. */
  async take(bytes: number, putAway: () => Promise<void>): Promise<void> {
    while (this.#used + bytes > this.#most) {
      if (this.#leaving > 0) await this.#change()
      else {
        await putAway()
        break
      }
    }
    this.#used += bytes
  }

  /** Gives back room. */
  free(bytes: number): void {
    this.#used -= bytes
    this.#wake()
  }

  /** Notes that bytes are on their way out while this goes on. */
  async leaving<T>(work: () => Promise<T>): Promise<T> {
    this.#leaving += 1
    try {
      return await work()
    } finally {
      this.#leaving -= 1
      this.#wake()
    }
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
    })
  }

  #wake(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const go of waiting) go()
  }
}
