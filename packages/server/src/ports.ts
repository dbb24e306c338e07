/** Time, as the server sees it. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number
  /** Calls back once after a while, unless stopped before; does not keep the process alive. */
  setTimeout(callback: () => void, delayMs: number): () => void
}

/** Randomness that nobody can guess. */
export interface Random {
  bytes(count: number): Uint8Array
}

/** Told of failures that are nobody's request's fault; `during` says what was going on. */
export type ErrorReporter = (error: unknown, during: string) => void
