import { UploadError } from '../errors/upload-error.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { chunkEnd, chunkStart } from '../ledger/plan.ts'
import type { Hasher } from '../ports/hasher.ts'
import type { ContentId, Plan } from '../ports/protocol.ts'

/** How often one chunk may turn out wrong before the upload fails. */
const maxMismatches = 3

/**
 * The digests of a file's chunks, computed once, beside sending; compared with what the server says it wrote.
 */
export class ChunkDigests {
  readonly plan: Plan
  /** The digest the server acknowledged for a chunk we found wrong: said when it is sent again. */
  readonly replaces: Map<number, string> = new Map()
  readonly #file: Blob
  readonly #hasher: Hasher
  readonly #ours = new Map<number, string>()
  readonly #pending = new Map<number, Promise<string>>()
  readonly #mismatches = new Map<number, number>()

  constructor(file: Blob, plan: Plan, hasher: Hasher) {
    this.#file = file
    this.plan = plan
    this.#hasher = hasher
  }

  /** Whether every chunk's digest is known. */
  get isComplete(): boolean {
    return this.#ours.size === this.plan.count
  }

  /** Our digest of a chunk, where it is known already. */
  known(chunk: number): string | undefined {
    return this.#ours.get(chunk)
  }

  /** Computes a chunk's digest, or joins whoever does. Rejects as the hasher does. */
  want(chunk: number, signal: AbortSignal): Promise<string> {
    const known = this.#ours.get(chunk)
    if (known !== undefined) return Promise.resolve(known)
    const joined = this.#pending.get(chunk)
    if (joined) return joined
    const pending = this.#compute(chunk, signal)
    this.#pending.set(chunk, pending)
    const forget = (): void => {
      if (this.#pending.get(chunk) === pending) this.#pending.delete(chunk)
    }
    pending.then(forget, forget)
    return pending
  }

  /** The run that wanted them has ended: a later one computes afresh what is not known. */
  callOff(): void {
    this.#pending.clear()
  }

  /**
   * Compares a landed chunk, as soon as both digests are known: `false` where it must be sent again.
   *
   * Throws `integrity-failed` where it was wrong too often; whoever tries again starts counting afresh.
   */
  agrees(chunk: number, ledger: Ledger): boolean {
    const ours = this.#ours.get(chunk)
    const theirs = ledger.theirDigests.get(chunk)
    if (ours === undefined || theirs === undefined || ours === theirs) return true
    const mismatches = (this.#mismatches.get(chunk) ?? 0) + 1
    this.#mismatches.set(chunk, mismatches)
    if (mismatches >= maxMismatches) {
      this.#mismatches.delete(chunk)
      throw new UploadError('integrity-failed', {
        message: `Chunk ${chunk} arrived different ${mismatches} times`,
      })
    }
    this.replaces.set(chunk, theirs)
    return false
  }

  /** Computes whatever is missing, a few chunks at a time. */
  async wantAll(signal: AbortSignal, onChunk: (chunk: number) => void = () => {}): Promise<void> {
    let next = 0
    const worker = async (): Promise<void> => {
      while (next < this.plan.count) {
        const chunk = next++
        await this.want(chunk, signal)
        onChunk(chunk)
      }
    }
    await Promise.all([worker(), worker(), worker(), worker()])
  }

  /** The name of the whole content. All digests must be known. */
  async identity(): Promise<ContentId> {
    const digests = Array.from({ length: this.plan.count }, (_, chunk) => this.#ours.get(chunk) ?? '')
    const { size, chunkSizeBytes, count } = this.plan
    return {
      scheme: 'sha-256-composite',
      chunkSizeBytes,
      size,
      count,
      root: await this.#hasher.root(digests),
    }
  }

  async #compute(chunk: number, signal: AbortSignal): Promise<string> {
    const blob = this.#file.slice(chunkStart(this.plan, chunk), chunkEnd(this.plan, chunk))
    const digest = await this.#hasher.sha256(blob, signal)
    this.#ours.set(chunk, digest)
    return digest
  }
}
