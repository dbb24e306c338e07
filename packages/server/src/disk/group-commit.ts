interface Waiting<Item> {
  readonly item: Item
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/**
 * Runs a slow commit for many at once: while one is running, those who come wait, and the next serves them all.
 * So under load there are as many commits as the disk can do, not as many as there are requests.
 */
export class GroupCommit<Item> {
  readonly #commit: (items: readonly Item[]) => Promise<void>
  #waiting: Waiting<Item>[] = []
  #isRunning = false

  constructor(commit: (items: readonly Item[]) => Promise<void>) {
    this.#commit = commit
  }

  /** Resolves once a commit that started after this call has ended well. */
  add(item: Item): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject })
      if (!this.#isRunning) void this.#run()
    })
  }

  async #run(): Promise<void> {
    this.#isRunning = true
    while (this.#waiting.length > 0) {
      const group = this.#waiting
      this.#waiting = []
      try {
        await this.#commit(group.map(({ item }) => item))
        for (const { resolve } of group) resolve()
      } catch (error) {
        // After a failed sync nobody knows which of the unsynced bytes are lost, so those who wait fail as well.
        const failed = [...group, ...this.#waiting]
        this.#waiting = []
        for (const { reject } of failed) reject(error)
      }
    }
    this.#isRunning = false
  }
}
