/** A value that can be read and watched, never written: what every public store is. */
export interface Readable<T> {
  /** The present value; the same object until something changed. */
  get(): T
  /** Calls back after each change (at most once a frame); not at once. A listener that throws is reported. */
  subscribe(listener: (value: T) => void): { unsubscribe(): void }
}
