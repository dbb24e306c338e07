import { createHash, type Hash } from 'node:crypto'
import type { ChunkRun } from './chunk-plan.ts'
import type { OpenUpload, Partial } from './open-upload.ts'
import { PieceReader } from './piece-reader.ts'
import { problem } from './problem.ts'
import { BrokenBody, type RequestBody } from './request-body.ts'
import type { WireChunk, WirePartial } from './wire.ts'

/** What a body must hash to, in a protocol that has more than one algorithm. */
export interface Checksum {
  readonly algorithm: 'sha256' | 'sha1' | 'md5'
  /** Raw. */
  readonly value: Buffer
}

/** What the head of a `PATCH` says. */
export interface Part {
  readonly offset: number
  readonly length: number
  /** Raw SHA-256 of the body. */
  readonly digest: Buffer | undefined
  /** Raw digest of the landed chunk that is to be replaced. */
  readonly replaces: Buffer | undefined
  /** Decides whether anything of the body is kept: nothing is if it differs, or if it cannot be checked. */
  readonly checksum?: Checksum | undefined
  /** Whether it must go on exactly where the first gap begins. */
  readonly isNext?: boolean
  /** Whether the body may be shorter than `length`, as nobody has said how long it is. */
  readonly mayEndEarly?: boolean
}

/** What became of a part. */
export interface ReceivedPart {
  readonly chunks: readonly WireChunk[]
  readonly partial: WirePartial | null
}

/** A chunk of which every byte is there. */
interface WholeChunk {
  readonly index: number
  readonly sha256: Buffer
}

/**
 * Receives one part whose chunks are claimed and whose start is right.
 * Bytes go to the disk and through the hash as they come; of a chunk that has landed, only through the hash.
 */
export class PartReceiver {
  readonly #upload: OpenUpload
  readonly #part: Part
  readonly #runs: readonly ChunkRun[]
  readonly #reader: PieceReader
  readonly #acknowledged: WireChunk[] = []
  readonly #landings: Promise<void>[] = []
  /** Chunks that land only once the digest of the message is known to be right. */
  #held: WholeChunk[] = []
  /** Hashes the message, where that is not just what its one chunk is hashed for. */
  readonly #message: Hash | undefined
  readonly #before: Partial | undefined
  #partial: WirePartial | null = null
  #isOver = false

  constructor(upload: OpenUpload, part: Part, body: RequestBody, runs: readonly ChunkRun[]) {
    this.#upload = upload
    this.#part = part
    this.#runs = runs
    this.#reader = new PieceReader(body)
    const [first] = runs
    const { digest, checksum } = part
    if (!first || !(digest || checksum)) return
    if (checksum) this.#message = createHash(checksum.algorithm)
    else if (runs.length > 1 || first.length < first.chunkLength) this.#message = createHash('sha256')
    const before = first.from > 0 ? upload.partials.get(first.index) : undefined
    if (before) this.#before = { bytes: before.bytes, hash: before.hash?.copy() }
  }

  async receive(): Promise<ReceivedPart> {
    try {
      for (const [place, run] of this.#runs.entries()) {
        const whole = await this.#receiveRun(run)
        const isLast = this.#isOver || place === this.#runs.length - 1
        if (isLast) await this.#checkMessage(run, whole)
        if (whole) this.#finish(whole)
        if (isLast) break
      }
    } catch (error) {
      if (this.#part.checksum) this.#forget()
      throw error
    } finally {
      // Also what a request brought in before it broke: every digest is compared by the client in the end.
      for (const chunk of this.#held) this.#land(chunk)
      await Promise.allSettled(this.#landings)
    }
    await Promise.all(this.#landings)
    return { chunks: this.#acknowledged, partial: this.#partial }
  }

  /** Takes in one run; the answer is its chunk if that is whole now. */
  async #receiveRun(run: ChunkRun): Promise<WholeChunk | undefined> {
    const { index, chunkLength } = run
    const isLanded = this.#upload.ledger.get(index) !== undefined
    const partial = (run.from > 0 && this.#upload.partials.get(index)) || {
      bytes: 0,
      hash: createHash('sha256'),
    }
    if (!isLanded) this.#upload.keepPartial(index, partial)
    let rest = run.length
    while (rest > 0) {
      const pieces = await this.#reader.upTo(rest)
      this.#isOver = !pieces
      if (!pieces && this.#part.mayEndEarly) break
      if (!pieces) throw problem('length-mismatch', { detail: 'The body is shorter than declared' })
      rest -= await this.#take(index, partial, pieces, isLanded)
    }
    if (partial.bytes === chunkLength) {
      return { index, sha256: partial.hash?.digest() ?? (await this.#upload.digest(index)) }
    }
    this.#partial = { index, bytes: partial.bytes }
    return undefined
  }

  async #take(
    index: number,
    partial: Partial,
    pieces: readonly Uint8Array[],
    isLanded: boolean,
  ): Promise<number> {
    const offset = index * this.#upload.plan.chunkSizeBytes + partial.bytes
    const writing = isLanded ? undefined : this.#upload.store.write(offset, pieces)
    let length = 0
    // Hashed while the disk writes.
    for (const piece of pieces) {
      partial.hash?.update(piece)
      this.#message?.update(piece)
      length += piece.byteLength
    }
    try {
      await writing
    } catch (error) {
      // The hash is ahead of what was written.
      this.#upload.dropPartial(index)
      throw error
    }
    partial.bytes += length
    this.#upload.touch()
    return length
  }

  /** At the end of the last run, before its chunk may land: is this all, and is it what was meant? */
  async #checkMessage({ index }: ChunkRun, whole: WholeChunk | undefined): Promise<void> {
    if (await this.#hasMore(whole)) {
      this.#upload.dropPartial(index)
      throw problem('length-mismatch', { detail: 'The body is longer than declared' })
    }
    const { digest, checksum } = this.#part
    const expected = checksum?.value ?? digest
    const actual = this.#message?.digest() ?? whole?.sha256
    if (!expected || !actual || actual.equals(expected)) return
    this.#forget()
    throw problem(checksum ? 'checksum-mismatch' : 'digest-mismatch')
  }

  /** Whether bytes come after the declared ones. Those are all here: a line that breaks now takes nothing away. */
  async #hasMore(whole: WholeChunk | undefined): Promise<boolean> {
    try {
      return (await this.#reader.upTo(1)) !== null
    } catch (error) {
      if (error instanceof BrokenBody) return false
      // A whole chunk that does not land must not stay as a prefix: no part could complete it.
      if (whole) this.#upload.dropPartial(whole.index)
      throw error
    }
  }

  /** Makes it as if nothing of the message had come. */
  #forget(): void {
    this.#held = []
    for (const run of this.#runs) this.#upload.dropPartial(run.index)
    const [first] = this.#runs
    if (this.#before && first) this.#upload.keepPartial(first.index, this.#before)
  }

  #finish(whole: WholeChunk): void {
    const { index, sha256 } = whole
    const landed = this.#upload.ledger.get(index)
    if (landed && !landed.equals(sha256)) {
      throw problem('chunk-conflict', { index, sha256: landed.toString('hex') })
    }
    this.#acknowledged.push({ index, sha256: sha256.toString('hex') })
    if (landed) return
    this.#upload.dropPartial(index)
    if (this.#part.digest || this.#part.checksum) this.#held.push(whole)
    else this.#land(whole)
  }

  #land({ index, sha256 }: WholeChunk): void {
    const landing = this.#upload.land(index, sha256)
    // Looked at in the end; until then nobody is to call it unhandled.
    landing.catch(() => undefined)
    this.#landings.push(landing)
  }
}
