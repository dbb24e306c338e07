import type { BufferBudget } from './buffer-budget.ts'
import type { ChunkPrefix } from './chunk-prefix.ts'

/** The bytes of one chunk as they come: what is in memory goes on where the prefix in the bucket ends. */
export class ChunkBuffer {
  readonly prefix: ChunkPrefix
  readonly #budget: BufferBudget
  /** How much of the prefix earlier requests have brought. */
  readonly #before: number
  #pieces: Uint8Array[] = []
  #bytes = 0
  /** Whether the prefix has been read back. */
  #isWhole = false
  #isReleased = false

  constructor(budget: BufferBudget, prefix: ChunkPrefix) {
    this.#budget = budget
    this.prefix = prefix
    this.#before = prefix.bytes
  }

  async add(pieces: readonly Uint8Array[]): Promise<void> {
    const bytes = pieces.reduce((sum, { byteLength }) => sum + byteLength, 0)
    await this.#budget.take(bytes, () => this.#putAway())
    this.#pieces.push(...pieces)
    this.#bytes += bytes
  }

  /** All of the chunk. */
  async whole(): Promise<Buffer> {
    if (this.prefix.bytes > 0 && !this.#isWhole) {
      const { bytes } = this.prefix
      await this.#budget.take(bytes, async () => undefined)
      this.#bytes += bytes
      this.#pieces = [...(await this.prefix.read()), ...this.#pieces]
      this.#isWhole = true
    }
    return Buffer.concat(this.#pieces)
  }

  /** Keeps so many bytes of the chunk in the bucket, or what was there before if it is no more than that. */
  async keep(bytes: number): Promise<void> {
    try {
      if (bytes > this.prefix.bytes) {
        // Whatever was there of the chunk, from another start, is not gone on from any more.
        if (this.#before === 0) await this.prefix.dropOthers()
        await this.prefix.add(this.#pieces)
      } else if (this.#before === 0) {
        await this.prefix.drop()
        await this.prefix.dropOthers()
      } else await this.prefix.cutAt(Math.max(bytes, this.#before))
    } finally {
      this.release()
    }
  }

  /** Gives back the memory. */
  release(): void {
    if (this.#isReleased) return
    this.#isReleased = true
    this.#budget.free(this.#bytes)
    this.#pieces = []
  }

  async #putAway(): Promise<void> {
    if (this.#before === 0 && this.prefix.bytes === 0) await this.prefix.dropOthers()
    await this.#budget.leaving(() => this.prefix.add(this.#pieces))
    this.#budget.free(this.#bytes)
    this.#pieces = []
    this.#bytes = 0
  }
}
