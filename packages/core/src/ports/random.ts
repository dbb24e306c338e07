/** Chance, as the engine knows it. */
export interface Random {
  /** A number in [0, 1), for jitter. */
  number(): number
  /** 32 unguessable url-safe characters. */
  id(): string
}
