import type { Clock } from './ports.ts'
import { problem } from './problem.ts'

/** Where the bytes of a body come from: a Node request, a web stream, or nothing. */
export interface ByteSource {
  /** What has come since the last call, at least one piece; null at the end. Rejects if the client has gone. */
  read(): Promise<readonly Uint8Array[] | null>
  /** Stops taking bytes, for good. */
  stop(): void
}

/** How much of a refused body is read before the connection is closed. */
export const MOST_DRAINED_BYTES: number = 32 * 1024 * 1024

const LONGEST_DRAIN_MS = 10_000

/** The client went away in the middle of a body. There is nobody to answer. */
export class BrokenBody extends Error {
  override readonly name = 'BrokenBody'
}

/** The body of one request: read piece by piece, never whole, and only as fast as it is asked for. */
export class RequestBody {
  readonly #source: ByteSource
  readonly #clock: Clock
  readonly #idleTimeoutMs: number
  #reading: Promise<readonly Uint8Array[] | null> | undefined
  #cancelReason: unknown
  #interrupt: ((reason: unknown) => void) | undefined
  #isEnded = false

  constructor(source: ByteSource, clock: Clock, idleTimeoutMs: number) {
    this.#source = source
    this.#clock = clock
    this.#idleTimeoutMs = idleTimeoutMs
  }

  /** Whether all of it has been read. */
  get isEnded(): boolean {
    return this.#isEnded
  }

  /** The next pieces, null at the end. One call at a time. */
  next(): Promise<readonly Uint8Array[] | null> {
    return new Promise((resolve, reject) => {
      if (this.#cancelReason !== undefined) return reject(this.#cancelReason)
      const stopTimer = this.#clock.setTimeout(
        () => this.cancel(problem('idle-timeout')),
        this.#idleTimeoutMs,
      )
      const settle = (then: () => void): void => {
        stopTimer()
        this.#interrupt = undefined
        then()
      }
      this.#interrupt = (reason) => settle(() => reject(reason))
      this.#read().then(
        (pieces) => settle(() => resolve(pieces)),
        (error) => settle(() => reject(error)),
      )
    })
  }

  /** Makes the `next` that is waiting, and every later one, reject with this; the first reason stays. */
  cancel(reason: unknown): void {
    this.#cancelReason ??= reason
    this.#interrupt?.(this.#cancelReason)
  }

  /** Throws what it was cancelled with. */
  throwIfCanceled(): void {
    if (this.#cancelReason !== undefined) throw this.#cancelReason
  }

  /**
   * Reads on and forgets, so that a client that is still sending gets to read the answer; only so much and so long.
   * The answer tells whether that was all of it.
   */
  async drain(): Promise<boolean> {
    let isOver = false
    const stopTimer = this.#clock.setTimeout(() => {
      isOver = true
      this.#source.stop()
    }, LONGEST_DRAIN_MS)
    let rest = MOST_DRAINED_BYTES
    try {
      while (!this.#isEnded && !isOver && rest >= 0) {
        for (const piece of (await this.#read()) ?? []) rest -= piece.byteLength
      }
    } catch {
      // The client has gone, so it needs no answer.
    } finally {
      stopTimer()
    }
    if (!this.#isEnded) this.#source.stop()
    return this.#isEnded
  }

  #read(): Promise<readonly Uint8Array[] | null> {
    // A read that an interruption left waiting goes on; its bytes belong to whoever reads next.
    this.#reading ??= this.#source.read().then((pieces) => {
      this.#reading = undefined
      this.#isEnded = pieces === null
      return pieces
    })
    return this.#reading
  }
}

/** The body of a request that has none. */
export const emptySource: ByteSource = { read: () => Promise.resolve(null), stop: () => undefined }
