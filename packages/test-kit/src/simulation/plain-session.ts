import { plainDigest, plainRoot } from './plain-hasher.ts'
import type { ServerAnswer } from './server-answer.ts'

/** What a plain server says of a finished file. */
export interface PlainResult {
  readonly file: string
  readonly size: number
}

/** What a session is opened with. */
export interface PlainOpening {
  /** The client's own name for it: the same one again is the same session. */
  readonly key: string
  readonly name: string
  readonly size: number
  readonly chunkSizeBytes: number
  readonly count: number
}

/** The server and the client count differently. */
export const outOfStep: ServerAnswer = { status: 409, body: { recount: true } }

/** One file on its way into a plain server. */
export class PlainSession {
  readonly opening: PlainOpening
  /** How many chunks were sent although they had landed, and were not asked for again. */
  resent = 0
  result: PlainResult | undefined
  /** What is written in place of the bytes of a chunk. */
  corrupt: ((chunk: number, bytes: Uint8Array) => Uint8Array) | undefined
  readonly #landed = new Map<number, Uint8Array>()
  readonly #begun = new Map<number, Uint8Array>()

  constructor(opening: PlainOpening) {
    this.opening = opening
  }

  /** Takes a part: from the start of a chunk, or from where one was begun. */
  write(offset: number, bytes: Uint8Array, replaces: string | undefined): ServerAnswer {
    const { count, chunkSizeBytes } = this.opening
    const first = Math.min(Math.floor(offset / chunkSizeBytes), count - 1)
    const begun = this.#begun.get(first)?.length ?? 0
    if (![0, begun].includes(offset - this.#start(first))) return outOfStep
    const digests: Record<number, string> = {}
    let at = offset
    for (let chunk = first; chunk < count; chunk++) {
      const piece = bytes.subarray(at - offset, this.#end(chunk) - offset)
      if (!this.#put(chunk, at, piece, replaces)) return outOfStep
      at += piece.length
      const whole = this.#landed.get(chunk)
      if (whole) digests[chunk] = plainDigest(whole)
      if (at >= offset + bytes.length) break
    }
    return { body: { through: at, digests } }
  }

  /** What it has. */
  report(): { readonly ranges: [number, number][]; readonly digests: Record<number, string> } {
    const ranges: [number, number][] = []
    const digests: Record<number, string> = {}
    for (const [chunk, bytes] of this.#landed) {
      ranges.push([this.#start(chunk), this.#end(chunk)])
      digests[chunk] = plainDigest(bytes)
    }
    for (const [chunk, { length }] of this.#begun) {
      ranges.push([this.#start(chunk), this.#start(chunk) + length])
    }
    return { ranges, digests }
  }

  /** The whole content, where it is all there. */
  content(): { readonly bytes: Uint8Array; readonly root: string } | undefined {
    const { count, size } = this.opening
    if (this.#landed.size < count) return undefined
    const bytes = new Uint8Array(size)
    const digests: string[] = []
    for (let chunk = 0; chunk < count; chunk++) {
      const piece = this.#landed.get(chunk) ?? new Uint8Array()
      bytes.set(piece, this.#start(chunk))
      digests.push(plainDigest(piece))
    }
    return { bytes, root: plainRoot(digests) }
  }

  /** `false` where other bytes have landed there and nobody has asked to replace them. */
  #put(chunk: number, at: number, piece: Uint8Array, replaces: string | undefined): boolean {
    const there = this.#landed.get(chunk)
    if (there && replaces === plainDigest(there)) this.#landed.delete(chunk)
    else if (there) {
      this.resent++
      return plainDigest(piece) === plainDigest(there)
    }
    const begun = at === this.#start(chunk) ? undefined : this.#begun.get(chunk)
    const bytes = new Uint8Array([...(begun ?? []), ...piece])
    this.#begun.delete(chunk)
    if (bytes.length < this.#end(chunk) - this.#start(chunk)) this.#begun.set(chunk, bytes)
    else this.#landed.set(chunk, this.corrupt?.(chunk, bytes) ?? bytes)
    return true
  }

  #start(chunk: number): number {
    return chunk * this.opening.chunkSizeBytes
  }

  #end(chunk: number): number {
    return chunk === this.opening.count - 1 ? this.opening.size : this.#start(chunk + 1)
  }
}
