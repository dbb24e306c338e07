import type { Hash } from 'node:crypto'
import { ChunkLedger, isSameIdentity } from './chunk-ledger.ts'
import { type ChunkPlan, planChunks } from './chunk-plan.ts'
import { Claims } from './claims.ts'
import type { Clock } from './ports.ts'
import { type Problem, problem } from './problem.ts'
import type { RequestBody } from './request-body.ts'
import type { FileRecord, LandedChunk, UploadRecord, UploadStore } from './storage.ts'
import type { WireIdentity, WireResult, WireUpload } from './wire.ts'

/** A prefix of a chunk: how much of it is written, and the hash of that much. */
export interface Partial {
  bytes: number
  readonly hash: Hash
}

/** What an upload stops for. */
export type EndReason = 'upload-aborted' | 'upload-expired'

/** What all uploads of a server have in common. */
export interface UploadSurroundings {
  readonly clock: Clock
  /** How long an upload lives after its last byte; null for ever. */
  readonly expiresAfterMs: number | null
  readonly resultOf: (file: FileRecord) => WireResult
  /** Told once of each file, when it is durable and before anybody else is. */
  readonly onPublished: (file: FileRecord) => Promise<void>
}

const MOST_PARTIALS = 64

/**
 * One open upload. All decisions are made here, in one turn of the event loop each: what may be written, whether it
 * completes or is aborted. What must outlive the process goes through its store first.
 */
export class OpenUpload {
  readonly record: UploadRecord
  readonly plan: ChunkPlan
  readonly ledger: ChunkLedger
  readonly partials: Map<number, Partial> = new Map()
  /** Chunks that were written whole and are being made durable. */
  readonly landing: Set<number> = new Set()
  readonly store: UploadStore
  readonly #around: UploadSurroundings
  readonly #claims = new Claims<number>()
  readonly #bodies = new Set<RequestBody>()
  #lastActiveAt: number
  #publishing: Promise<FileRecord> | undefined
  #ended: Problem | undefined
  #dropping: Promise<void> | undefined

  constructor(record: UploadRecord, store: UploadStore, around: UploadSurroundings, lastActiveAt: number) {
    this.record = record
    this.store = store
    this.plan = planChunks(record.size, record.chunkSizeBytes)
    this.ledger = new ChunkLedger(this.plan)
    this.#around = around
    this.#lastActiveAt = lastActiveAt
  }

  /** When it is dropped if nothing more comes, in milliseconds since the epoch. */
  get expiresAt(): number | null {
    const { expiresAfterMs } = this.#around
    return expiresAfterMs === null ? null : this.#lastActiveAt + expiresAfterMs
  }

  /** Whether it has been abandoned for too long. */
  get isExpired(): boolean {
    return !this.isBusy && this.expiresAt !== null && this.expiresAt <= this.#around.clock.now()
  }

  /** Whether it is at work right now. */
  get isBusy(): boolean {
    return this.#bodies.size > 0 || this.#publishing !== undefined
  }

  /** Notes that a byte came. */
  touch(): void {
    this.#lastActiveAt = this.#around.clock.now()
  }

  /** What a client is told of it. */
  toWire(): WireUpload {
    const { size, chunkSizeBytes, count: chunkCount } = this.plan
    return {
      id: this.record.id,
      status: 'open',
      size,
      chunkSizeBytes,
      chunkCount,
      landed: this.ledger.runs('landed'),
      sha256: this.ledger.sha256(),
      partial: [...this.partials]
        .filter(([, { bytes }]) => bytes > 0)
        .map(([index, { bytes }]) => ({ index, bytes }))
        .sort((a, b) => a.index - b.index),
      expiresAt: this.expiresAt,
    }
  }

  /** Puts back what had landed before a restart. */
  restore(landed: readonly LandedChunk[]): void {
    for (const { index, sha256 } of landed) this.ledger.set(index, sha256)
  }

  /** Works on some chunks alone, once whoever was at work on one of them has been stopped. */
  async withChunks<T>(indexes: readonly number[], body: RequestBody, work: () => Promise<T>): Promise<T> {
    if (this.#ended) throw this.#ended
    this.#bodies.add(body)
    try {
      const release = await this.#claims.take(indexes, () => body.cancel(problem('superseded')))
      try {
        // Somebody completing it wins, unless that fails. No turn may pass between the last look and the work.
        for (let other = this.#publishing; other; other = this.#publishing) {
          const file = await other.catch(() => undefined)
          if (file) throw problem('upload-completed', { result: this.#around.resultOf(file) })
        }
        if (this.#ended) throw this.#ended
        body.throwIfCanceled()
        return await work()
      } finally {
        release()
      }
    } finally {
      this.#bodies.delete(body)
    }
  }

  /** Ends whatever is being received, and waits until that has written its last. */
  async interrupt(): Promise<void> {
    await this.#claims.revokeAll()
  }

  /** Keeps the prefix of a chunk; of very many the oldest is forgotten. */
  keepPartial(index: number, partial: Partial): void {
    this.partials.delete(index)
    this.partials.set(index, partial)
    if (this.partials.size <= MOST_PARTIALS) return
    const [oldest] = this.partials.keys()
    if (oldest !== undefined) this.partials.delete(oldest)
  }

  /** Lands a chunk that was written whole; resolves when that is durable. */
  async land(index: number, sha256: Buffer): Promise<void> {
    this.partials.delete(index)
    this.landing.add(index)
    try {
      await this.store.land({ index, sha256, at: this.#around.clock.now() })
    } catch (error) {
      // After a failed sync any byte that was not synced may be lost: no prefix can be trusted any more.
      this.partials.clear()
      for (const body of this.#bodies) body.cancel(error)
      throw error
    } finally {
      this.landing.delete(index)
    }
    this.ledger.set(index, sha256)
    this.touch()
  }

  /** Forgets that a chunk has landed; from this very moment on, so that it cannot be published meanwhile. */
  async unland(index: number): Promise<void> {
    const landed = this.ledger.get(index)
    if (!landed) return
    this.ledger.delete(index)
    try {
      await this.store.unland(index, this.#around.clock.now())
    } catch (error) {
      this.ledger.set(index, landed)
      throw error
    }
  }

  /** Makes it a file, if all of it has landed and it is what the client means. */
  async complete(expected: WireIdentity | undefined): Promise<FileRecord> {
    if (this.#ended) throw this.#ended
    if (!this.ledger.isWhole) throw problem('incomplete', { missing: this.ledger.runs('missing') })
    const identity = this.ledger.identity()
    if (expected && !isSameIdentity(expected, identity)) throw problem('identity-mismatch', { identity })
    this.#publishing ??= this.#publish({
      ...this.record,
      digest: identity,
      completedAt: this.#around.clock.now(),
    })
    return this.#publishing
  }

  /** Drops it, durably, unless it has become a file: then that file is the answer. */
  async end(reason: EndReason): Promise<FileRecord | undefined> {
    for (let other = this.#publishing; other; other = this.#publishing) {
      const file = await other.catch(() => undefined)
      if (file) return file
    }
    this.#ended ??= problem(reason)
    this.#dropping ??= this.#drop(this.#ended)
    await this.#dropping
    return undefined
  }

  async #publish(file: FileRecord): Promise<FileRecord> {
    try {
      await this.store.publish(file)
    } catch (error) {
      this.#publishing = undefined
      throw error
    }
    await this.#around.onPublished(file)
    return file
  }

  async #drop(reason: Problem): Promise<void> {
    for (const body of this.#bodies) body.cancel(reason)
    await this.#claims.revokeAll()
    try {
      await this.store.discard()
    } catch (error) {
      this.#dropping = undefined
      throw error
    }
  }
}
