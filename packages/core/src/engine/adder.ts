import type { Rejection, RejectionReason } from '../api/rejection.ts'
import type { Upload } from '../api/upload.ts'
import type { Added, AddInput, AddOptions } from '../api/uploader.ts'
import type { Captured, FileSource, Intake } from '../ports/file-source.ts'
import type { Tally } from '../ports/guard.ts'
import type { Metadata } from '../ports/protocol.ts'
import type { Machinery } from './machinery.ts'

/** How long files are taken in before the page gets a chance to breathe. */
const sliceMs = 8

/** What the adder needs of the list. */
export interface Shelf {
  readonly tally: Tally
  admit(file: Captured, options: AddOptions): Upload
  /** A slice of files has come in: tells listeners and lets uploads begin. */
  announce(uploads: readonly Upload[]): void
}

/** Takes files in, a slice at a time: linear in their number, and never long enough to be felt. */
export class Adder {
  readonly #m: Machinery
  readonly #shelf: Shelf

  constructor(m: Machinery, shelf: Shelf) {
    this.#m = m
    this.#shelf = shelf
  }

  async add(input: AddInput, options: AddOptions): Promise<Added> {
    const intake = (this.#m.ports.files ?? blobsInHand)(input)
    const slice = new Slice(this.#m, this.#shelf)
    try {
      await this.#takeAll(intake, options, slice)
    } finally {
      slice.announce()
    }
    const { added, rejected } = slice
    if (rejected.length > 0) this.#m.listeners.emit('rejected', { rejections: rejected })
    return {
      added,
      rejected,
      // only for who asks: a promise for each of 100,000 files is dear
      get settled() {
        return Promise.all(added.map((upload) => upload.settled()))
      },
    }
  }

  async #takeAll({ ready, rest }: Intake, options: AddOptions, slice: Slice): Promise<void> {
    for (const file of ready) {
      const pending = this.#take(file, options, slice)
      if (pending) await pending
      if (slice.isOver()) await slice.end()
    }
    slice.announce()
    for await (const captured of rest) {
      if ('reasons' in captured) slice.refuse(captured)
      else await this.#take(captured, options, slice)
      if (slice.isOver()) await slice.end()
    }
  }

  /** A promise only where the app's own code has to be waited for. */
  #take(file: Captured, options: AddOptions, slice: Slice): Promise<void> | undefined {
    const { restrictions } = this.#m.options
    const verdict = this.#m.ports.guard?.ask(file, restrictions)
    if (verdict instanceof Promise || this.#m.hooks.has('beforeAdd')) {
      return this.#askApp(file, verdict).then((reasons) => this.#decide(file, options, slice, reasons))
    }
    this.#decide(file, options, slice, verdict ? [verdict] : [])
    return undefined
  }

  async #askApp(
    file: Captured,
    verdict: RejectionReason | undefined | Promise<RejectionReason | undefined>,
  ): Promise<RejectionReason[]> {
    const own = await verdict
    const vetoes = await this.#m.hooks.beforeAdd(file)
    return own ? [own, ...vetoes] : vetoes
  }

  /** The rules are looked at last and at once, so that two adds cannot share the last free place. */
  #decide(file: Captured, options: AddOptions, slice: Slice, asked: readonly RejectionReason[]): void {
    const { guard } = this.#m.ports
    const broken = guard?.refuse(file, this.#m.options.restrictions, this.#shelf.tally) ?? []
    const reasons = [...broken, ...asked]
    if (reasons.length === 0) {
      slice.take(this.#shelf.admit(file, options))
      return
    }
    const { name, path } = file
    slice.refuse({ file: file.file, name, ...(path !== undefined && { path }), reasons })
  }
}

/** What came in since the page last breathed, and over the whole `add`. */
class Slice {
  readonly added: Upload<unknown, Metadata>[] = []
  readonly rejected: Rejection[] = []
  readonly #m: Machinery
  readonly #shelf: Shelf
  #announced = 0
  #endsAt: number

  constructor(m: Machinery, shelf: Shelf) {
    this.#m = m
    this.#shelf = shelf
    this.#endsAt = m.ports.clock.now() + sliceMs
  }

  take(upload: Upload): void {
    this.added.push(upload)
  }

  refuse(rejection: Rejection): void {
    this.rejected.push(rejection)
  }

  isOver(): boolean {
    return this.#m.ports.clock.now() >= this.#endsAt
  }

  announce(): void {
    const fresh = this.added.slice(this.#announced)
    this.#announced = this.added.length
    if (fresh.length > 0) this.#shelf.announce(fresh)
  }

  async end(): Promise<void> {
    this.announce()
    await this.#m.ports.clock.breathe()
    this.#endsAt = this.#m.ports.clock.now() + sliceMs
  }
}

/** Blobs and lists of them: what can be added without a port that opens drops, folders and handles. */
const blobsInHand: FileSource = (input) => {
  const blobs = (input instanceof Blob ? [input] : [...(input as Iterable<Blob>)]) as Partial<File>[]
  return {
    ready: blobs.map((file) => ({
      file: file as Blob,
      name: file.name ?? 'blob',
      size: file.size ?? 0,
      type: file.type ?? '',
      lastModified: file.lastModified,
    })),
    rest: (async function* () {})(),
  }
}
