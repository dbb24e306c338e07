interface Claim {
  readonly revoke: () => void
  readonly released: Promise<void>
}

/**
 * Who is at work on what: one at a time for each key, and the newest wins.
 * Whoever claims a key tells the present holder to stop and waits until it has; meanwhile somebody newer may come.
 */
export class Claims<Key> {
  readonly #holders = new Map<Key, Claim>()

  /**
   * Waits for the keys; the answer releases them, and must be called whatever happens.
   * `revoke` is called if somebody newer wants one of them, also while waiting.
   */
  async take(keys: readonly Key[], revoke: () => void): Promise<() => void> {
    let resolve = (): void => undefined
    const released = new Promise<void>((done) => {
      resolve = done
    })
    const mine: Claim = { revoke, released }
    const older = new Set<Claim>()
    for (const key of keys) {
      const holder = this.#holders.get(key)
      if (holder) older.add(holder)
      this.#holders.set(key, mine)
    }
    for (const claim of older) claim.revoke()
    await Promise.all([...older].map((claim) => claim.released))
    return () => {
      for (const key of keys) if (this.#holders.get(key) === mine) this.#holders.delete(key)
      resolve()
    }
  }

  /** Tells everybody to stop, and waits until they have. */
  async revokeAll(): Promise<void> {
    const claims = new Set(this.#holders.values())
    for (const claim of claims) claim.revoke()
    await Promise.all([...claims].map((claim) => claim.released))
  }
}
