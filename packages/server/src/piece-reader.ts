import type { RequestBody } from './request-body.ts'

/** Reads a body in portions, never more at once than has arrived. */
export class PieceReader {
  readonly #body: RequestBody
  #pieces: readonly Uint8Array[] = []

  constructor(body: RequestBody) {
    this.#body = body
  }

  /** What has arrived, at least one byte and at most `most`; null at the end. */
  async upTo(most: number): Promise<readonly Uint8Array[] | null> {
    while (this.#pieces.length === 0) {
      const pieces = await this.#body.next()
      if (!pieces) return null
      this.#pieces = pieces.filter(({ byteLength }) => byteLength > 0)
    }
    const taken: Uint8Array[] = []
    let rest = most
    for (const [index, piece] of this.#pieces.entries()) {
      if (piece.byteLength > rest) {
        if (rest > 0) taken.push(piece.subarray(0, rest))
        this.#pieces = [piece.subarray(rest), ...this.#pieces.slice(index + 1)]
        return taken
      }
      taken.push(piece)
      rest -= piece.byteLength
    }
    this.#pieces = []
    return taken
  }
}
