import { createHash } from 'node:crypto'
import type { ChunkPlan } from './chunk-plan.ts'
import type { WireIdentity, WireRuns } from './wire.ts'

/** Which chunks have landed, and their digests. */
export class ChunkLedger {
  readonly plan: ChunkPlan
  readonly #digests = new Map<number, Buffer>()

  constructor(plan: ChunkPlan) {
    this.plan = plan
  }

  /** Whether every chunk has landed. */
  get isWhole(): boolean {
    return this.#digests.size === this.plan.count
  }

  /** The raw digest of a chunk that has landed. */
  get(index: number): Buffer | undefined {
    return this.#digests.get(index)
  }

  set(index: number, digest: Buffer): void {
    this.#digests.set(index, digest)
  }

  delete(index: number): void {
    this.#digests.delete(index)
  }

  /** Runs of chunks that have landed, or of those that have not. */
  runs(which: 'landed' | 'missing'): WireRuns {
    const runs: [number, number][] = []
    let last: [number, number] | undefined
    for (let index = 0; index < this.plan.count; index += 1) {
      if (this.#digests.has(index) !== (which === 'landed')) last = undefined
      else if (last) last[1] += 1
      else {
        last = [index, 1]
        runs.push(last)
      }
    }
    return runs
  }

  /** Hex digests of the landed chunks, in index order. */
  sha256(): string[] {
    return this.#inOrder().map((digest) => digest.toString('hex'))
  }

  /** The identity of the whole; only meaningful once `isWhole`. */
  identity(): WireIdentity {
    const hash = createHash('sha256')
    for (const digest of this.#inOrder()) hash.update(digest)
    return { scheme: 'sha-256-composite', ...this.plan, root: hash.digest('hex') }
  }

  #inOrder(): Buffer[] {
    return [...this.#digests].sort(([a], [b]) => a - b).map(([, digest]) => digest)
  }
}

/** An identity as one piece of text, for indexes to go by; equal only if all members are. */
export function identityText({ scheme, chunkSizeBytes, size, count, root }: WireIdentity): string {
  return JSON.stringify([scheme, chunkSizeBytes, size, count, root])
}

/** Whether two identities are equal: all members, never only the root. */
export function isSameIdentity(a: WireIdentity, b: WireIdentity): boolean {
  return (
    a.scheme === b.scheme &&
    a.chunkSizeBytes === b.chunkSizeBytes &&
    a.size === b.size &&
    a.count === b.count &&
    a.root === b.root
  )
}
