const windowMs = 3000
const sampleMs = 250

/** Bytes a second, smoothed over about three seconds; sampled by whoever reads it. */
export class Meter {
  #rate = 0
  #pending = 0
  #sinceMs: number | undefined

  add(bytes: number): void {
    if (bytes > 0) this.#pending += bytes
  }

  /** The speed at `nowMs`. */
  read(nowMs: number): number {
    // What came before the first look took nobody knows how long.
    if (this.#sinceMs === undefined) {
      this.#sinceMs = nowMs
      this.#pending = 0
    }
    const elapsed = nowMs - this.#sinceMs
    if (elapsed < sampleMs) return this.#rate
    const current = (this.#pending * 1000) / elapsed
    const weight = this.#rate === 0 ? 1 : 1 - Math.exp(-elapsed / windowMs)
    this.#rate += weight * (current - this.#rate)
    if (this.#rate < 1) this.#rate = 0
    this.#pending = 0
    this.#sinceMs = nowMs
    return this.#rate
  }

  /** Forgets everything: the next bytes begin a new measurement. */
  reset(): void {
    this.#rate = 0
    this.#pending = 0
    this.#sinceMs = undefined
  }
}
