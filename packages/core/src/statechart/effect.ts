/**
 * What is to be done after a transition: data, executed by one runner, in order.
 *
 * - `enqueue`: wait for a slot · `release-slot`: give it back
 * - `prepare`, `hash`, `check`, `upload`, `complete`: begin that stage's work for the run
 * - `stop`: call off every request and digest of the run
 * - `forget-session`: a fresh session begins; what landed in the old one counts no more
 * - `drop-session`: let the server drop its partial, then forget it
 * - `await-lock`: wait until no other tab holds the file
 * - `settle`: tell those who wait that the upload has ended
 */
export interface Effect {
  readonly type:
    | 'enqueue'
    | 'release-slot'
    | 'stop'
    | 'forget-session'
    | 'drop-session'
    | 'await-lock'
    | 'settle'
    | StageName
  /** The run whose work begins; of no meaning to the others. */
  readonly run: number
}

/** The work of an active status. */
export type StageName = 'prepare' | 'hash' | 'check' | 'upload' | 'complete'
