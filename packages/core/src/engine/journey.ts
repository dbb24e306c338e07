import type { Readable } from '../api/readable.ts'
import type { Outcome, Upload, UploadState } from '../api/upload.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Captured } from '../ports/file-source.ts'
import type { Json } from '../ports/json.ts'
import type { Done, Identity, Metadata, Opened, ProtocolTraits } from '../ports/protocol.ts'
import type { Checkpoint, Lifecycle, UploadStatus } from '../statechart/state.ts'
import type { ChunkDigests } from './chunk-digests.ts'
import { Meter } from './meter.ts'
import type { EnginePorts } from './ports.ts'
import { progressOf } from './progress.ts'
import { Published } from './published.ts'

/**
 * What is borne only so often in a row, until a byte lands or somebody tells the upload to go on.
 *
 * - `failure`: a request failed · `part …`: the one that carries the part at this offset
 * - `recount`: the server counted what landed differently
 * - `restart`: the session was lost · `dispute`: both sides disagreed about a file that was all there; no byte mends these
 */
export type Trouble = 'failure' | `part ${number}` | 'recount' | 'restart' | 'dispute'

/** What the totals have counted of an upload. */
export interface Counted {
  readonly status: UploadStatus
  /** Whether it holds a slot and waits for nothing. */
  readonly works: boolean
  readonly size: number
  readonly landedBytes: number
  readonly sentBytes: number
}

/**
 * One upload as the engine holds it: the lifecycle, the ledger, the session, and what of them is shown.
 *
 * Cheap until it starts: a list of 100,000 is 100,000 of these with neither ledger nor store.
 */
export class Journey<Result = unknown, Meta extends Metadata = Metadata> {
  lifecycle: Lifecycle<Result>
  /** Grows with each fresh session: acknowledgements of an older one are dropped. */
  epoch = 0
  /** Grows with each piece of work a run begins. */
  turn = 0
  session: Json | undefined
  ledger: Ledger | undefined
  traits: ProtocolTraits | undefined
  digests: ChunkDigests | undefined
  /** The name of the content, where it was wanted before sending. */
  identity: Identity | undefined
  /** The request that opens a session, while it is under way. */
  opening: Promise<Opened<Json> | Done<unknown>> | undefined
  /** Set while a run works: aborted when it ends. */
  controller: AbortController | undefined
  /** The app's metadata, resolved when the upload first started. */
  metadata: Meta
  isMetadataResolved = false
  /** What the protocol answered, waiting for the last hook. */
  answer: { readonly result: Result } | undefined
  /** What became of some part is not known, or of another time: the server is asked before anything is sent. */
  isInDoubt = false
  /** The wait after a failure, shared by all parts of the run. */
  backoff: Promise<void> | undefined
  /** Lets go of the lock that keeps other tabs from sending this file. */
  unlock: (() => void) | undefined
  /** What the totals have counted of it. */
  counted: Counted | undefined
  isRemoved = false
  handle!: Upload<Result, Meta>

  readonly id: string
  file: Blob
  readonly name: string
  size: number
  readonly path: string | undefined
  readonly priority: number
  readonly #ports: EnginePorts
  #troubles: Map<Trouble, number> | undefined
  #shown: Published<UploadState<Result>> | undefined
  #meter: Meter | undefined
  #waiters: ((outcome: Outcome<Result, Meta>) => void)[] | undefined

  constructor(
    ports: EnginePorts,
    { file, name, size, path }: Captured,
    given: { readonly priority: number; readonly metadata: Meta; readonly lifecycle: Lifecycle<Result> },
  ) {
    this.id = ports.random.id()
    this.file = file
    this.name = name
    this.size = size
    this.path = path
    this.priority = given.priority
    this.metadata = given.metadata
    this.lifecycle = given.lifecycle
    this.#ports = ports
  }

  get landedBytes(): number {
    return this.lifecycle.status === 'done' ? this.size : (this.ledger?.landedBytes ?? 0)
  }

  get sentBytes(): number {
    return this.lifecycle.status === 'done' ? this.size : this.landedBytes + (this.ledger?.flightBytes ?? 0)
  }

  /** Whether it holds a slot and waits for nothing. */
  get works(): boolean {
    return 'run' in this.lifecycle && !this.lifecycle.waiting
  }

  /** The run under way; `undefined` where none is. */
  get run(): number | undefined {
    return 'run' in this.lifecycle ? this.lifecycle.run : undefined
  }

  checkpoint(): Checkpoint {
    return { hasSession: this.session !== undefined, ask: this.session !== undefined && this.asks }
  }

  /** Whether the server has to be asked what landed. */
  get asks(): boolean {
    return this.isInDoubt || (this.ledger?.flights.size ?? 0) > 0
  }

  /** Something went wrong: how often it has now. */
  again(trouble: Trouble): number {
    const times = (this.#troubles?.get(trouble) ?? 0) + 1
    this.#troubles ??= new Map()
    this.#troubles.set(trouble, times)
    return times
  }

  /** What went wrong so far counts no more. */
  forgive(...troubles: readonly Trouble[]): void {
    for (const trouble of troubles) this.#troubles?.delete(trouble)
  }

  /** Nothing that went wrong counts any more: somebody wants to go on. */
  forgiveAll(): void {
    this.#troubles = undefined
  }

  /** Everything known of the old file is of no use. */
  replace(file: Blob): void {
    this.file = file
    this.size = file.size
    this.traits = undefined
    this.digests = undefined
    this.identity = undefined
    this.forgiveAll()
  }

  /**
   * Resolves when no part of this session is on its way any more, of this run or of one just called off, and the wait
   * that the last of them asked for is over.
   */
  async quiet(): Promise<void> {
    while (this.ledger?.flights.size) await Promise.all([...this.ledger.flights].map(({ over }) => over))
    await this.backoff
  }

  /** Counts bytes for the speed. */
  moved(bytes: number): void {
    this.#meter ??= new Meter()
    this.#meter.add(bytes)
  }

  /** What is seen of it. */
  get state(): Readable<UploadState<Result>> {
    this.#shown ??= new Published(() => this.#picture(), this.#ports.environment)
    return this.#shown.readable
  }

  /** What is seen of it is out of date. */
  refresh(): void {
    this.#shown?.refresh()
  }

  /** Tells watchers. */
  publish(): void {
    this.#shown?.publish()
  }

  /** How it ended, or will the next time. */
  settled(): Promise<Outcome<Result, Meta>> {
    return new Promise((resolve) => {
      this.#waiters ??= []
      this.#waiters.push(resolve)
      this.settle()
    })
  }

  /** Tells who waits for it, where the upload has ended. */
  settle(): void {
    const outcome = this.outcome()
    if (outcome) for (const resolve of this.#waiters?.splice(0) ?? []) resolve(outcome)
  }

  outcome(): Outcome<Result, Meta> | undefined {
    const { lifecycle, handle } = this
    if (lifecycle.status === 'done') return { how: lifecycle.how, upload: handle, result: lifecycle.result }
    if (lifecycle.status === 'failed') return { how: 'failed', upload: handle, error: lifecycle.error }
    return lifecycle.status === 'canceled' ? { how: 'canceled', upload: handle } : undefined
  }

  #picture(): UploadState<Result> {
    const { lifecycle, size, landedBytes, sentBytes } = this
    const isDone = lifecycle.status === 'done'
    if (!this.works) this.#meter = undefined
    const speed = this.#meter?.read(this.#ports.clock.now()) ?? 0
    return {
      ...lifecycle,
      id: this.id,
      name: this.name,
      size,
      progress: progressOf(size, landedBytes, sentBytes, speed, isDone),
    }
  }
}
