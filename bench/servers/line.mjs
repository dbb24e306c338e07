/** How much a line that was idle may catch up on, so that coarse timers cost no throughput. */
const catchUpMs = 20

/** A line of a given speed that all requests share: bytes are taken off a socket no faster than it carries them. */
export class Line {
  /** 0 is as fast as it goes. */
  bytesPerSecond = 0
  #freeAt = 0

  /**
   * Accounts for bytes that came, and holds their request back until the line would have carried them.
   * @param {import('node:http').IncomingMessage} request
   * @param {number} bytes
   */
  carry(request, bytes) {
    if (this.bytesPerSecond === 0) return
    const now = performance.now()
    this.#freeAt = Math.max(this.#freeAt, now - catchUpMs) + (bytes * 1000) / this.bytesPerSecond
    const waitMs = this.#freeAt - now
    if (waitMs < 1) return
    request.pause()
    setTimeout(() => request.resume(), waitMs)
  }
}
