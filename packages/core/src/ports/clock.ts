/** Calls off what was scheduled; calling it twice is fine. */
export type Cancel = () => void

/** Time, as the engine knows it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Runs `callback` once after `delayMs`. */
  after(delayMs: number, callback: () => void): Cancel
  /** Runs `callback` before the next frame, and within 250 ms where no frames are drawn (a hidden tab, a server). */
  frame(callback: () => void): Cancel
  /** Gives the page a chance to handle input, and comes back as soon as possible. */
  breathe(): Promise<void>
}
