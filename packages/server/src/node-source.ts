import type { IncomingMessage } from 'node:http'
import { BrokenBody, type ByteSource } from './request-body.ts'

/** How much may wait in memory for the disk before the client is held back. */
const MOST_WAITING_BYTES = 512 * 1024

/**
 * The bytes of a Node request, taken as they come and handed over in batches: while the disk writes one batch the
 * next one gathers. Web streams would cost a tenth of the throughput.
 */
export class NodeSource implements ByteSource {
  readonly #request: IncomingMessage
  #waiting: Uint8Array[] = []
  #waitingBytes = 0
  #isAttached = false
  #isEnded = false
  #failure: Error | undefined
  #wake: (() => void) | undefined

  constructor(request: IncomingMessage) {
    this.#request = request
  }

  async read(): Promise<readonly Uint8Array[] | null> {
    if (!this.#isAttached) this.#attach()
    while (this.#waitingBytes === 0) {
      if (this.#isEnded) return null
      if (this.#failure) throw this.#failure
      this.#request.resume()
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    const pieces = this.#waiting
    this.#waiting = []
    this.#waitingBytes = 0
    this.#request.resume()
    return pieces
  }

  stop(): void {
    this.#fail(new BrokenBody('The request was given up'))
    this.#request.destroy()
  }

  #attach(): void {
    this.#isAttached = true
    const request = this.#request
    request.on('data', (piece: Uint8Array) => {
      this.#waiting.push(piece)
      this.#waitingBytes += piece.byteLength
      if (this.#waitingBytes >= MOST_WAITING_BYTES) request.pause()
      this.#wake?.()
    })
    request.on('end', () => {
      this.#isEnded = true
      this.#wake?.()
    })
    request.on('error', () => this.#fail(new BrokenBody('The request broke')))
    request.on('close', () => this.#fail(new BrokenBody('The request broke')))
    if (request.destroyed && !request.readableEnded) this.#fail(new BrokenBody('The request broke'))
    if (request.readableEnded) this.#isEnded = true
  }

  #fail(failure: Error): void {
    if (!this.#isEnded) this.#failure ??= failure
    this.#wake?.()
  }
}
