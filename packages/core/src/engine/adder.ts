import type { Rejection, RejectionReason } from '../api/rejection.ts'
import type { Upload } from '../api/upload.ts'
import type { Added, AddInput } from '../api/uploader.ts'
import type { Captured, FileSource, Intake } from '../ports/file-source.ts'
import type { Tally } from '../ports/guard.ts'
import type { Metadata } from '../ports/protocol.ts'
import type { Machinery } from './machinery.ts'

/** How long files are taken in before the page gets a chance to breathe. */
const sliceMs = 8

/** What an adder needs of the list. */
export interface Shelf {
  readonly tally: Tally
  admit(file: Captured): Upload
  /** A slice of files has come in: tells listeners and lets uploads begin. */
  announce(uploads: readonly Upload[]): void
}

/** Takes the files of one `add` in, a slice at a time: linear in their number, and never long enough to be felt. */
export class Adder {
  readonly #m: Machinery
  readonly #shelf: Shelf
  readonly #added: Upload<unknown, Metadata>[] = []
  readonly #rejected: Rejection[] = []
  #announced = 0
  #endsAt = 0

  constructor(m: Machinery, shelf: Shelf) {
    this.#m = m
    this.#shelf = shelf
  }

  async add(input: AddInput): Promise<Added> {
    const intake = (this.#m.ports.files ?? blobsInHand)(input)
    try {
      await this.#takeAll(intake)
    } finally {
      this.#announce()
    }
    const added = this.#added
    const rejected = this.#rejected
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

  async #takeAll({ ready, rest }: Intake): Promise<void> {
    this.#beginSlice()
    for (const file of ready) {
      const pending = this.#take(file)
      if (pending) await pending
      if (this.#isSliceOver()) await this.#breathe()
    }
    this.#announce()
    for await (const captured of rest) {
      if ('reasons' in captured) this.#rejected.push(captured)
      else await this.#take(captured)
      if (this.#isSliceOver()) await this.#breathe()
    }
  }

  /** A promise only where the app's own code has to be waited for. */
  #take(file: Captured): Promise<void> | undefined {
    const verdict = this.#m.ports.guard?.ask(file, this.#m.options.restrictions)
    if (verdict instanceof Promise || this.#m.hooks.has('beforeAdd')) return this.#askApp(file, verdict)
    this.#decide(file, verdict ? [verdict] : [])
    return undefined
  }

  async #askApp(
    file: Captured,
    verdict: RejectionReason | undefined | Promise<RejectionReason | undefined>,
  ): Promise<void> {
    const own = await verdict
    const vetoes = await this.#m.hooks.beforeAdd(file)
    this.#decide(file, own ? [own, ...vetoes] : vetoes)
  }

  /** The rules are looked at last and at once, so that two adds cannot share the last free place. */
  #decide(captured: Captured, asked: readonly RejectionReason[]): void {
    const { ports, options } = this.#m
    const broken = ports.guard?.refuse(captured, options.restrictions, this.#shelf.tally) ?? []
    const reasons = [...broken, ...asked]
    const { file, name, path } = captured
    if (reasons.length === 0) this.#added.push(this.#shelf.admit(captured))
    else this.#rejected.push({ file, name, ...(path !== undefined && { path }), reasons })
  }

  #beginSlice(): void {
    this.#endsAt = this.#m.ports.clock.now() + sliceMs
  }

  #isSliceOver(): boolean {
    return this.#m.ports.clock.now() >= this.#endsAt
  }

  async #breathe(): Promise<void> {
    this.#announce()
    await this.#m.ports.clock.breathe()
    this.#beginSlice()
  }

  #announce(): void {
    const fresh = this.#added.slice(this.#announced)
    this.#announced = this.#added.length
    if (fresh.length > 0) this.#shelf.announce(fresh)
  }
}

/** Blobs and lists of them: what can be added without a port that opens drops, folders and handles. */
const blobsInHand: FileSource = (input) => {
  const blobs = input instanceof Blob ? [input] : [...(input as Iterable<Blob>)]
  return {
    ready: blobs.map((file) => {
      const { name = 'blob', lastModified } = file as Partial<File>
      return { file, name, size: file.size, type: file.type, lastModified }
    }),
    rest: (async function* () {})(),
  }
}
