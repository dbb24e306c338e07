import { misuse } from '../errors/misuse.ts'
import type { Environment } from '../ports/environment.ts'

type AnyListener = (event: never) => void

/** Listeners by event name: they observe, and one that throws is reported and changes nothing. */
export class Listeners<Events> {
  readonly #byName = new Map<keyof Events, Set<AnyListener>>()
  readonly #environment: Environment

  constructor(environment: Environment) {
    this.#environment = environment
  }

  /** Throws a TypeError for what is no function. */
  on<Name extends keyof Events>(name: Name, listener: (event: Events[Name]) => void): () => void {
    if (typeof listener !== 'function') throw misuse('listener', 'a function', listener)
    const listeners = this.#byName.get(name) ?? new Set()
    this.#byName.set(name, listeners)
    const entry: AnyListener = (event) => listener(event)
    listeners.add(entry)
    return () => void listeners.delete(entry)
  }

  emit<Name extends keyof Events>(name: Name, event: Events[Name]): void {
    for (const listener of this.#byName.get(name) ?? []) {
      try {
        listener(event as never)
      } catch (error) {
        this.#environment.report(error)
      }
    }
  }
}
