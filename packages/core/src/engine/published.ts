import { type Atom, createAtom } from '@tanstack/store'
import type { Readable } from '../api/readable.ts'
import type { Environment } from '../ports/environment.ts'

/** What is shown of something that changes more often than anybody looks: pictured when it is read, told when published. */
export class Published<T> {
  /** For those who look: there is no way to write through it. */
  readonly readable: Readable<T>
  readonly #picture: () => T
  #snapshot: T | undefined
  #atom: Atom<T> | undefined

  /** A listener that throws is reported, and changes nothing. */
  constructor(picture: () => T, environment: Environment) {
    this.#picture = picture
    this.readable = Object.freeze<Readable<T>>({
      get: () => this.#get(),
      subscribe: (listener) => {
        this.#atom ??= createAtom<T>(this.#get())
        return this.#atom.subscribe((state) => {
          try {
            listener(state)
          } catch (error) {
            environment.report(error)
          }
        })
      },
    })
  }

  /** The picture is out of date; the next `get` makes a new one, and watchers hear of it at the next {@link publish}. */
  refresh(): void {
    this.#snapshot = undefined
  }

  /** Tells watchers. Costs nothing where there are none. */
  publish(): void {
    this.#atom?.set(this.#get())
  }

  /** The same object until {@link refresh}. */
  #get(): T {
    this.#snapshot ??= this.#picture()
    return this.#snapshot
  }
}
