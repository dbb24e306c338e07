import type { Hash } from 'node:crypto'
import { ChunkLedger, isSameIdentity } from './chunk-ledger.ts'
import { type ChunkPlan, planChunks } from './chunk-plan.ts'
import type { Clock } from './ports.ts'
import { type Problem, problem } from './problem.ts'
import type { RequestBody } from './request-body.ts'
import type { LookScope, UploadFate, UploadLook } from './shared-storage.ts'
import type { EndReason, FileRecord, LandedChunk, UploadRecord, UploadStore } from './storage.ts'
import { UploadTraffic } from './upload-traffic.ts'
import type { WireIdentity, WirePartial, WireResult, WireUpload } from './wire.ts'

/** A prefix of a chunk: how much of it is there, and the hash of that much, unless it came through other processes. */
export interface Partial {
  bytes: number
  readonly hash: Hash | undefined
}

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
const NOTHING: LookScope = { indexes: [] }

/**
 * One open upload. All decisions are made here, in one turn of the event loop each: what may be written, whether it
 * completes or is aborted. What must outlive the process goes through its store first.
 * Where the store is shared this is one request's view of it: what others have done is looked up before it matters,
 * and the store decides between processes.
 */
export class OpenUpload {
  readonly record: UploadRecord
  readonly plan: ChunkPlan
  readonly ledger: ChunkLedger
  readonly partials: Map<number, Partial> = new Map()
  readonly store: UploadStore
  readonly #around: UploadSurroundings
  readonly #traffic: UploadTraffic
  /** Chunks that this view has un-landed. */
  readonly #replaced = new Set<number>()
  #lastActiveAt: number
  #publishing: Promise<FileRecord> | undefined
  #ended: Problem | undefined
  #dropping: Promise<FileRecord | undefined> | undefined

  constructor(
    record: UploadRecord,
    store: UploadStore,
    around: UploadSurroundings,
    lastActiveAt: number,
    traffic: UploadTraffic = new UploadTraffic(),
  ) {
    this.record = record
    this.store = store
    this.plan = planChunks(record.size, record.chunkSizeBytes)
    this.ledger = new ChunkLedger(this.plan)
    this.#around = around
    this.#lastActiveAt = lastActiveAt
    this.#traffic = traffic
  }

  /** Chunks that were written whole and are being made durable. */
  get landing(): Set<number> {
    return this.#traffic.landing
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
    return this.#traffic.bodies.size > 0 || this.#publishing !== undefined
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
      partial: this.#partialsToWire(),
      expiresAt: this.expiresAt,
    }
  }

  /** Puts back what had landed before a restart. */
  restore(landed: readonly LandedChunk[]): void {
    for (const { index, sha256 } of landed) this.ledger.set(index, sha256)
  }

  /** Takes over what the store says of these chunks. */
  adopt({ landed, partials, lastActiveAt }: UploadLook, scope: LookScope): void {
    const indexes =
      scope === 'all' ? Array.from({ length: this.plan.count }, (_, index) => index) : scope.indexes
    for (const index of indexes) {
      this.ledger.delete(index)
      this.partials.delete(index)
    }
    this.restore(landed)
    for (const { index, bytes } of partials) this.partials.set(index, { bytes, hash: undefined })
    // What another request of this process is bringing in counts, too.
    for (const [index, { bytes }] of this.#traffic.arriving) {
      if (indexes.includes(index) && !this.ledger.get(index))
        this.partials.set(index, { bytes, hash: undefined })
    }
    if (lastActiveAt !== undefined) this.#lastActiveAt = Math.max(this.#lastActiveAt, lastActiveAt)
  }

  /**
   * Works on some chunks alone, once whoever was at work on one of them has been stopped.
   * `partialOf` is the chunk whose prefix it goes on from.
   */
  async withChunks<T>(
    indexes: readonly number[],
    body: RequestBody,
    work: () => Promise<T>,
    partialOf?: number,
  ): Promise<T> {
    const { bodies, claims } = this.#traffic
    if (this.#ended) throw this.#ended
    bodies.add(body)
    try {
      const release = await claims.take(indexes, () => body.cancel(problem('superseded')))
      try {
        // Somebody completing it wins, unless that fails. No turn may pass between the last look and the work.
        for (let other = this.#publishing; other; other = this.#publishing) {
          const file = await other.catch(() => undefined)
          if (file) throw this.#completed(file)
        }
        if (this.#ended) throw this.#ended
        body.throwIfCanceled()
        return await (this.store.shared ? this.#workShared({ indexes, partialOf }, body, work) : work())
      } finally {
        release()
      }
    } finally {
      bodies.delete(body)
    }
  }

  /** Ends whatever is being received, and waits until that has written its last. */
  async interrupt(): Promise<void> {
    await this.#traffic.claims.revokeAll()
  }

  /** Keeps the prefix of a chunk; of very many the oldest is forgotten. */
  keepPartial(index: number, partial: Partial): void {
    this.partials.delete(index)
    this.partials.set(index, partial)
    if (this.store.shared) this.#traffic.arriving.set(index, partial)
    if (this.partials.size <= MOST_PARTIALS) return
    const [oldest] = this.partials.keys()
    if (oldest !== undefined) this.partials.delete(oldest)
  }

  /** Forgets the prefix of a chunk. */
  dropPartial(index: number): void {
    this.partials.delete(index)
    this.#traffic.arriving.delete(index)
  }

  /** The digest of a chunk of which an earlier request brought the beginning through another process, perhaps. */
  digest(index: number): Promise<Buffer> {
    const { shared } = this.store
    if (!shared) throw new TypeError('Expected a partial to have its hash')
    return shared.digest(index)
  }

  /** Lands a chunk that was written whole; resolves when that is durable. */
  async land(index: number, sha256: Buffer): Promise<void> {
    this.dropPartial(index)
    this.landing.add(index)
    try {
      await this.store.land({ index, sha256, at: this.#around.clock.now() })
    } catch (error) {
      if (!this.store.shared) this.#distrust(error)
      throw error
    } finally {
      this.landing.delete(index)
    }
    this.ledger.set(index, sha256)
    this.touch()
    // It was whole before, so somebody may have completed it with what was there then.
    if (this.#replaced.delete(index)) this.#adoptOpen(await this.store.shared?.look(NOTHING), NOTHING)
  }

  /** Forgets that a chunk has landed; from this very moment on, so that it cannot be published meanwhile. */
  async unland(index: number): Promise<void> {
    const landed = this.ledger.get(index)
    if (!landed) return
    this.ledger.delete(index)
    try {
      await this.store.unland(index, this.#around.clock.now())
      this.#replaced.add(index)
    } catch (error) {
      this.ledger.set(index, landed)
      throw error
    }
  }

  /** Looks again at all of it, where others may have been at work. */
  async refresh(): Promise<FileRecord | undefined> {
    const look = await this.store.shared?.look('all')
    if (!look) return undefined
    if ('file' in look) return look.file
    this.#adoptOpen(look, 'all')
    return undefined
  }

  /** Makes it a file, if all of it has landed and it is what the client means. */
  async complete(expected: WireIdentity | undefined): Promise<FileRecord> {
    if (this.#ended) throw this.#ended
    const done = this.store.shared && (await this.refresh())
    if (done && expected && !isSameIdentity(expected, done.digest)) {
      throw problem('identity-mismatch', { identity: done.digest })
    }
    if (done) return done
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
    const { shared } = this.store
    // Without another process to ask no turn may pass between that last look and this.
    const decided = shared && (await shared.end(reason))
    if (decided) return decided
    this.#ended ??= problem(reason)
    this.#dropping ??= this.#drop(this.#ended)
    await this.#dropping
    return undefined
  }

  async #publish(file: FileRecord): Promise<FileRecord> {
    let published: FileRecord
    try {
      published = await this.store.publish(file)
    } catch (error) {
      this.#publishing = undefined
      throw error
    }
    await this.#around.onPublished(published)
    return published
  }

  async #drop(reason: Problem): Promise<undefined> {
    const { bodies, claims } = this.#traffic
    for (const body of bodies) body.cancel(reason)
    await claims.revokeAll()
    try {
      await this.store.discard()
      return undefined
    } catch (error) {
      this.#dropping = undefined
      throw error
    }
  }

  async #workShared<T>(
    scope: Exclude<LookScope, 'all'>,
    body: RequestBody,
    work: () => Promise<T>,
  ): Promise<T> {
    const { indexes } = scope
    this.#adoptOpen(await this.store.shared?.look(scope), scope)
    body.throwIfCanceled()
    let result: T
    try {
      result = await work()
    } catch (error) {
      // What cannot be kept is sent again; what went wrong first is what the client is told.
      await this.#keepShared(indexes).catch(() => undefined)
      throw error
    }
    await this.#keepShared(indexes)
    return result
  }

  /** After failing to land is as after breaking: the chunk's prefix is not there. */
  async #keepShared(indexes: readonly number[]): Promise<void> {
    const { arriving } = this.#traffic
    try {
      for (const index of indexes) await this.store.shared?.keep(index, this.partials.get(index)?.bytes ?? 0)
    } finally {
      for (const index of indexes) arriving.delete(index)
    }
  }

  #adoptOpen(look: UploadLook | UploadFate | undefined, scope: LookScope): void {
    if (!look) return
    if ('file' in look) throw this.#completed(look.file)
    if ('ended' in look) throw problem(look.ended)
    this.adopt(look, scope)
  }

  #completed(file: FileRecord): Problem {
    return problem('upload-completed', { result: this.#around.resultOf(file) })
  }

  /** After a failed sync any byte that was not synced may be lost: no prefix can be trusted any more. */
  #distrust(error: unknown): void {
    this.partials.clear()
    for (const body of this.#traffic.bodies) body.cancel(error)
  }

  #partialsToWire(): WirePartial[] {
    return [...new Map<number, { readonly bytes: number }>([...this.partials, ...this.#traffic.arriving])]
      .filter(([index, { bytes }]) => bytes > 0 && !this.ledger.get(index))
      .map(([index, { bytes }]) => ({ index, bytes }))
      .sort((a, b) => a.index - b.index)
  }
}
