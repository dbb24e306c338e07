import type { Hooks } from '../api/hooks.ts'
import type { ChangeableOptions, RestrictionOptions } from '../api/options.ts'
import type { Readable } from '../api/readable.ts'
import type { Outcome, Upload } from '../api/upload.ts'
import type { Added, AddInput, AddOptions, Uploader, UploaderEvents, UploaderState } from '../api/uploader.ts'
import { misuse } from '../errors/misuse.ts'
import { duplicateKey } from '../policy/duplicate-key.ts'
import { mergeOptions, type ResolvedOptions, resolveOptions } from '../policy/resolve-options.ts'
import type { Captured } from '../ports/file-source.ts'
import type { Tally } from '../ports/guard.ts'
import type { Json } from '../ports/json.ts'
import type { Metadata, Protocol } from '../ports/protocol.ts'
import { type Command, commands } from '../statechart/command.ts'
import type { LifecycleEvent } from '../statechart/event.ts'
import { isSettled, type Lifecycle } from '../statechart/state.ts'
import { can, transition } from '../statechart/transition.ts'
import { Adder, type Shelf } from './adder.ts'
import { Aggregate } from './aggregate.ts'
import { FileSlots } from './file-slots.ts'
import { HookRegistry } from './hook-registry.ts'
import { Journey } from './journey.ts'
import { Listeners } from './listeners.ts'
import type { Machinery } from './machinery.ts'
import type { EnginePorts } from './ports.ts'
import { Presence } from './presence.ts'
import { Publisher } from './publisher.ts'
import { RequestBudget } from './request-budget.ts'
import { Runner } from './runner.ts'
import { UploadHandle } from './upload-handle.ts'

/** The uploader: holds the list, turns commands into events, and runs what the statechart says. */
export class Engine implements Uploader, Shelf {
  readonly store: Readable<UploaderState>
  readonly tally: Tally
  readonly #m: Machinery
  readonly #ports: EnginePorts
  readonly #journeys = new Map<string, Journey>()
  readonly #aggregate: Aggregate
  readonly #publisher: Publisher
  readonly #slots: FileSlots
  readonly #runner: Runner
  readonly #adder: Adder
  readonly #presence: Presence
  readonly #lifetime = new AbortController()
  readonly #inbox: [Journey, LifecycleEvent][] = []
  readonly #waiters: ((outcomes: readonly Outcome[]) => void)[] = []
  #given: ChangeableOptions
  #options: ResolvedOptions
  #isDraining = false
  #runs = 0
  #pendingAdds = 0
  #isSettled = true
  /** The duplicate keys of all that is on the list, where they have been asked for. */
  #keys: Set<string> | undefined

  constructor(ports: EnginePorts, protocol: Protocol<Json, unknown, Metadata>, options: ChangeableOptions) {
    this.#ports = ports
    this.#given = options
    ports.guard?.checkOptions(options)
    this.#options = resolveOptions(options, ports.guard?.compile)
    const report = (error: unknown): void => ports.environment.report(error)
    this.#aggregate = new Aggregate({
      clock: ports.clock,
      online: ports.environment.online(),
      listIds: () => [...this.#journeys.keys()],
      report,
    })
    this.#slots = new FileSlots(this.#options.concurrency.files, (journey) => this.#begin(journey))
    this.#publisher = new Publisher(this.#aggregate, ports.clock, () => this.#slots.active)
    this.#m = this.#machinery(protocol, report)
    this.#runner = new Runner(this.#m, this.#slots)
    this.#adder = new Adder(this.#m, this)
    this.#presence = new Presence({
      clock: ports.clock,
      environment: ports.environment,
      onOnline: (online) => this.#showOnline(online),
      onIdle: () => this.pause(),
    })
    const aggregate = this.#aggregate
    this.store = aggregate.shown.readable
    this.tally = {
      get files() {
        return aggregate.tally.files
      },
      get bytes() {
        return aggregate.tally.bytes
      },
      has: (key) => {
        this.#keys ??= this.#listKeys()
        return this.#keys.has(key)
      },
    }
    Object.preventExtensions(this)
  }

  #machinery(protocol: Protocol<Json, unknown, Metadata>, report: (error: unknown) => void): Machinery {
    const options = (): ResolvedOptions => this.#options
    return {
      protocol,
      ports: this.#ports,
      get options() {
        return options()
      },
      hooks: new HookRegistry(),
      listeners: new Listeners<UploaderEvents>(report),
      budget: new RequestBudget(this.#options.concurrency.requests),
      lifetime: this.#lifetime.signal,
      dispatch: (journey, event) => this.#dispatch(journey, event),
      moved: (journey) => this.#publisher.moved(journey),
    }
  }

  async add(input: AddInput, options: AddOptions = {}): Promise<Added> {
    this.#assertAlive()
    this.#presence.listen()
    this.#pendingAdds++
    try {
      return await this.#adder.add(input, options)
    } finally {
      this.#pendingAdds--
      this.#lookSettled()
    }
  }

  admit(file: Captured, { metadata = {}, priority = 0 }: AddOptions): Upload {
    const journey = new Journey(
      {
        id: this.#ports.random.id(),
        file: file.file,
        name: file.name,
        size: file.size,
        path: file.path,
        priority,
        metadata: metadata as Metadata,
        lifecycle: { status: 'queued', held: !this.#options.autoStart },
      },
      { now: () => this.#ports.clock.now(), report: (error) => this.#ports.environment.report(error) },
    )
    journey.handle = new UploadHandle(journey, this)
    this.#journeys.set(journey.id, journey)
    this.#keys?.add(duplicateKey(file))
    this.#aggregate.counts.queued++
    this.#aggregate.listed++
    this.#aggregate.recount(journey)
    this.#isSettled = false
    return journey.handle
  }

  announce(uploads: readonly Upload[]): void {
    this.#aggregate.relist()
    this.#publisher.schedule()
    this.#m.listeners.emit('added', { uploads })
    for (const { id } of uploads) {
      const journey = this.#journeys.get(id)
      if (journey?.lifecycle.status === 'queued' && !journey.lifecycle.held) this.#slots.enqueue(journey)
    }
    this.#drain()
  }

  get restrictions(): RestrictionOptions {
    return this.#options.restrictions
  }

  get(id: string): Upload | undefined {
    return this.#journeys.get(id)?.handle
  }

  start(id?: string): void {
    this.#command('start', id)
  }
  pause(id?: string): void {
    this.#command('pause', id)
  }
  resume(id?: string): void {
    this.#command('resume', id)
  }
  retry(id?: string): void {
    this.#command('retry', id)
  }
  cancel(id?: string): void {
    this.#command('cancel', id)
  }

  can(command: Command, id?: string): boolean {
    if (!commands.includes(command)) throw misuse('command', commands.join(', '), command)
    if (id !== undefined) {
      const journey = this.#journeys.get(id)
      return journey !== undefined && can(journey.lifecycle, command)
    }
    for (const { lifecycle } of this.#journeys.values()) if (can(lifecycle, command)) return true
    return false
  }

  remove(id: string): void {
    const journey = this.#journeys.get(id)
    if (journey) this.#removeEach([journey])
  }

  clear(which: 'all' | 'settled' = 'all'): void {
    const all = [...this.#journeys.values()]
    this.#removeEach(which === 'all' ? all : all.filter((journey) => journey.outcome()))
  }

  #removeEach(journeys: readonly Journey[]): void {
    this.#send(journeys, () => ({ type: 'cancel' }))
    for (const journey of journeys) this.#take(journey)
    this.#aggregate.relist()
    this.#publisher.schedule()
    this.#lookSettled()
  }

  replaceFile(id: string, file: Blob): void {
    const journey = this.#journeys.get(id)
    if (!journey) throw misuse('id', 'the id of an upload on the list', id)
    if (!(file instanceof Blob)) throw misuse('file', 'a File or a Blob', file)
    this.#dispatch(journey, { type: 'replace-file', file })
  }

  on<Name extends keyof UploaderEvents>(
    name: Name,
    listener: (event: UploaderEvents[Name]) => void,
  ): () => void {
    if (typeof listener !== 'function') throw misuse('listener', 'a function', listener)
    return this.#m.listeners.on(name, listener)
  }

  use(hooks: Hooks): () => void {
    for (const [name, hook] of Object.entries(hooks)) {
      if (hook !== undefined && typeof hook !== 'function') throw misuse(name, 'a function', hook)
    }
    return this.#m.hooks.use(hooks)
  }

  setOptions(options: ChangeableOptions): void {
    this.#ports.guard?.checkOptions(options)
    this.#given = mergeOptions(this.#given, options)
    this.#options = resolveOptions(this.#given, this.#ports.guard?.compile)
    this.#m.budget.limit = this.#options.concurrency.requests
    this.#slots.limit = this.#options.concurrency.files
    this.#drain()
  }

  settled(): Promise<readonly Outcome[]> {
    return new Promise((resolve) => {
      this.#waiters.push(resolve)
      this.#lookSettled()
    })
  }

  attach(): () => void {
    return this.#presence.attach()
  }

  dispose(): void {
    this.pause()
    this.#lifetime.abort()
    for (const journey of this.#journeys.values()) journey.unlock?.()
    this.#presence.dispose()
    this.#publisher.dispose()
  }

  #command(command: Command, id: string | undefined): void {
    const one = id === undefined ? undefined : this.#journeys.get(id)
    const targets = id === undefined ? [...this.#journeys.values()] : one ? [one] : []
    const able = targets.filter(({ lifecycle }) => can(lifecycle, command))
    this.#send(able, (journey) => {
      if (command === 'retry' || command === 'resume') journey.forgive()
      return command === 'pause' ? { type: command, checkpoint: journey.checkpoint() } : { type: command }
    })
  }

  /** Tells many at once: none of them wins the slot of another on the way. */
  #send(journeys: readonly Journey[], event: (journey: Journey) => LifecycleEvent): void {
    for (const journey of journeys) this.#inbox.push([journey, event(journey)])
    this.#drain()
  }

  #dispatch(journey: Journey, event: LifecycleEvent): void {
    this.#inbox.push([journey, event])
    this.#drain()
  }

  /**
   * Takes events one at a time, so that an effect or a listener may cause the next; slots are given when none is left,
   * or one would go to an upload that is about to be paused.
   */
  #drain(): void {
    if (this.#isDraining) return
    this.#isDraining = true
    try {
      do {
        for (const [journey, event] of this.#inbox) this.#step(journey, event)
        this.#inbox.length = 0
      } while (!this.#lifetime.signal.aborted && this.#slots.fill())
    } finally {
      this.#inbox.length = 0
      this.#isDraining = false
    }
    this.#lookSettled()
  }

  #step(journey: Journey, event: LifecycleEvent): void {
    const before = journey.lifecycle
    const { state, effects } = transition(before, event)
    if (state === before && effects.length === 0) return
    journey.lifecycle = state
    if (event.type === 'replace-file') journey.replace(event.file)
    if (event.type === 'replace-file' || event.type === 'cancel') this.#keys = undefined
    if (!journey.isRemoved) {
      this.#aggregate.counts[before.status]--
      this.#aggregate.counts[state.status]++
    }
    if (!isSettled(state)) this.#isSettled = false
    for (const effect of effects) this.#runner.execute(journey, effect)
    journey.refresh()
    this.#aggregate.recount(journey)
    this.#publisher.moved(journey)
    if (before.status !== state.status) this.#tell(journey, before, state)
  }

  #tell(journey: Journey, before: Lifecycle, state: Lifecycle): void {
    const { listeners } = this.#m
    const { handle: upload } = journey
    listeners.emit('status', { upload, status: state.status, previous: before.status, state })
    if (state.status === 'done') listeners.emit('done', { upload, result: state.result, how: state.how })
    else if (state.status === 'failed') listeners.emit('failed', { upload, error: state.error })
    else if (state.status === 'canceled') listeners.emit('canceled', { upload })
  }

  #begin(journey: Journey): void {
    this.#dispatch(journey, { type: 'slot-won', run: ++this.#runs })
  }

  #take(journey: Journey): void {
    if (!this.#journeys.delete(journey.id)) return
    journey.isRemoved = true
    this.#keys = undefined
    this.#aggregate.counts[journey.lifecycle.status]--
    this.#aggregate.listed--
    this.#aggregate.recount(journey)
    this.#m.listeners.emit('removed', { upload: journey.handle })
  }

  #lookSettled(): void {
    if (this.#pendingAdds > 0 || this.#aggregate.unsettled > 0 || this.#isDraining) return
    if (this.#isSettled && this.#waiters.length === 0) return
    const outcomes = [...this.#journeys.values()].flatMap((journey) => journey.outcome() ?? [])
    for (const resolve of this.#waiters.splice(0)) resolve(outcomes)
    if (!this.#isSettled) {
      this.#isSettled = true
      this.#m.listeners.emit('settled', { outcomes })
    }
  }

  #listKeys(): Set<string> {
    const keys = new Set<string>()
    for (const { lifecycle, name, path, size, file } of this.#journeys.values()) {
      const { lastModified } = file as Partial<File>
      if (lifecycle.status !== 'canceled') keys.add(duplicateKey({ name, path, size, lastModified }))
    }
    return keys
  }

  #showOnline(online: boolean): void {
    this.#aggregate.online = online
    this.#publisher.schedule()
  }

  #assertAlive(): void {
    if (this.#lifetime.signal.aborted) throw new Error('This uploader was disposed of')
  }
}
