import type { Hooks } from '../api/hooks.ts'
import type { ChangeableOptions, RestrictionOptions } from '../api/options.ts'
import type { Readable } from '../api/readable.ts'
import type { Outcome, Upload } from '../api/upload.ts'
import type { Added, AddInput, AddOptions, Uploader, UploaderEvents, UploaderState } from '../api/uploader.ts'
import { misuse } from '../errors/misuse.ts'
import { mergeOptions, resolveOptions } from '../policy/resolve-options.ts'
import type { Captured } from '../ports/file-source.ts'
import type { Json } from '../ports/json.ts'
import type { Metadata, Protocol } from '../ports/protocol.ts'
import { type Command, commands } from '../statechart/command.ts'
import type { LifecycleEvent } from '../statechart/event.ts'
import { isSettled, type Lifecycle } from '../statechart/state.ts'
import { can, transition } from '../statechart/transition.ts'
import { Adder } from './adder.ts'
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
import { execute } from './runner.ts'
import { UploadHandle } from './upload-handle.ts'

/** The uploader: holds the list, turns commands into events, and runs what the statechart says. */
export class Engine implements Uploader {
  readonly store: Readable<UploaderState>
  readonly #m: Machinery
  readonly #journeys = new Map<string, Journey>()
  readonly #aggregate: Aggregate
  readonly #publisher: Publisher
  readonly #slots: FileSlots
  readonly #presence: Presence
  readonly #lifetime = new AbortController()
  readonly #inbox: [Journey, LifecycleEvent][] = []
  readonly #waiters: ((outcomes: readonly Outcome[]) => void)[] = []
  #given: ChangeableOptions
  #isDraining = false
  #runs = 0
  #pendingAdds = 0
  #isSettled = true

  constructor(ports: EnginePorts, protocol: Protocol<Json, unknown, Metadata>, given: ChangeableOptions) {
    ports.guard?.checkOptions(given)
    const options = resolveOptions(given, ports.guard?.compile)
    this.#given = given
    this.#slots = new FileSlots(options.concurrency.files, (journey) => this.#begin(journey))
    this.#aggregate = new Aggregate(ports, this.#journeys)
    this.#publisher = new Publisher(this.#aggregate, ports.clock, this.#slots.active)
    this.#m = {
      protocol,
      ports,
      options,
      hooks: new HookRegistry(),
      listeners: new Listeners(ports.environment),
      budget: new RequestBudget(options.concurrency.requests),
      lifetime: this.#lifetime.signal,
      dispatch: (journey, event) => this.#send([journey], () => event),
      moved: (journey) => this.#publisher.moved(journey),
    }
    this.#presence = new Presence({
      clock: ports.clock,
      environment: ports.environment,
      onOnline: (online) => this.#showOnline(online),
      onIdle: () => this.pause(),
    })
    this.store = this.#aggregate.shown.readable
    Object.preventExtensions(this)
  }

  async add(input: AddInput, options: AddOptions = {}): Promise<Added> {
    if (this.#lifetime.signal.aborted) throw new Error('This uploader was disposed of')
    const adder = new Adder(this.#m, {
      tally: this.#aggregate,
      admit: (file) => this.#admit(file, options),
      announce: (uploads) => this.#announce(uploads),
    })
    this.#presence.listen()
    this.#pendingAdds++
    try {
      return await adder.add(input)
    } finally {
      this.#pendingAdds--
      this.#lookSettled()
    }
  }

  #admit(file: Captured, { metadata = {}, priority = 0 }: AddOptions): Upload {
    const { ports, options } = this.#m
    const lifecycle: Lifecycle = { status: 'queued', held: !options.autoStart }
    const journey = new Journey(ports, file, { priority, metadata: metadata as Metadata, lifecycle })
    journey.handle = new UploadHandle(journey, this)
    this.#journeys.set(journey.id, journey)
    this.#aggregate.admit(journey, file)
    this.#isSettled = false
    return journey.handle
  }

  #announce(uploads: readonly Upload[]): void {
    this.#showList()
    this.#m.listeners.emit('added', { uploads })
    for (const { id } of uploads) for (const journey of this.#targets(id)) this.#slots.enqueue(journey)
    this.#drain()
  }

  get restrictions(): RestrictionOptions {
    return this.#m.options.restrictions
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
    for (const { lifecycle } of this.#targets(id)) if (can(lifecycle, command)) return true
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
    this.#showList()
    this.#lookSettled()
  }

  replaceFile(id: string, file: Blob): void {
    const journey = this.#journeys.get(id)
    if (!journey) throw misuse('id', 'the id of an upload on the list', id)
    if (!(file instanceof Blob)) throw misuse('file', 'a File or a Blob', file)
    this.#m.dispatch(journey, { type: 'replace-file', file })
  }

  on<Name extends keyof UploaderEvents>(
    name: Name,
    listener: (event: UploaderEvents[Name]) => void,
  ): () => void {
    return this.#m.listeners.on(name, listener)
  }

  use(hooks: Hooks): () => void {
    return this.#m.hooks.use(hooks)
  }

  setOptions(change: ChangeableOptions): void {
    const { ports, budget } = this.#m
    ports.guard?.checkOptions(change)
    this.#given = mergeOptions(this.#given, change)
    const options = resolveOptions(this.#given, ports.guard?.compile)
    this.#m.options = options
    this.#slots.limit = options.concurrency.files
    budget.limit = options.concurrency.requests
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

  /** One upload, if it is on the list; without an id all of them. */
  #targets(id: string | undefined): Iterable<Journey> {
    if (id === undefined) return this.#journeys.values()
    const journey = this.#journeys.get(id)
    return journey ? [journey] : []
  }

  #command(command: Command, id: string | undefined): void {
    this.#send(this.#targets(id), (journey) =>
      command === 'pause' ? { type: command, checkpoint: journey.checkpoint() } : { type: command },
    )
  }

  /** Tells many at once: none of them wins the slot of another on the way. */
  #send(journeys: Iterable<Journey>, event: (journey: Journey) => LifecycleEvent): void {
    for (const journey of journeys) this.#inbox.push([journey, event(journey)])
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
    if (event.type === 'resume' || event.type === 'retry') journey.forgiveAll()
    if (event.type === 'replace-file') journey.replace(event.file)
    if (event.type === 'replace-file' || event.type === 'cancel') this.#aggregate.rekey()
    if (!isSettled(state)) this.#isSettled = false
    for (const effect of effects) execute(this.#m, this.#slots, journey, effect)
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
    this.#m.dispatch(journey, { type: 'slot-won', run: ++this.#runs })
  }

  #take(journey: Journey): void {
    if (!this.#journeys.delete(journey.id)) return
    journey.isRemoved = true
    this.#aggregate.rekey()
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

  #showList(): void {
    this.#aggregate.relist()
    this.#publisher.schedule()
  }

  #showOnline(online: boolean): void {
    this.#aggregate.online = online
    this.#publisher.schedule()
  }
}
