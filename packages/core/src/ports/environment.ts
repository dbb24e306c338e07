/** The surroundings: whether there is a network, and where unexpected errors are reported. */
export interface Environment {
  /** `false` is reliable in browsers, `true` is a guess. */
  online(): boolean
  /** Calls back when that changes; returns a function that stops listening. */
  onOnlineChange(listener: (online: boolean) => void): () => void
  /** Reports an error of the app's own code (a listener that threw): like an uncaught one, changing nothing here. */
  report(error: unknown): void
}
