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
export type Effect =
  | { readonly type: 'enqueue' | 'release-slot' | 'stop' | 'forget-session' | 'drop-session' }
  | { readonly type: 'await-lock' | 'settle' }
  | { readonly type: 'prepare' | 'hash' | 'check' | 'upload' | 'complete'; readonly run: number }
