import type { IntakeGiven, IntakeTimes } from './intake.ts'
import type { TickGiven } from './tick.ts'
import type { FirstByteGiven, LadingGiven, LadingTimes, RawGiven } from './upload.ts'

/** What the pages do when asked by name: given and answer are JSON. */
export interface Calls {
  /** Microseconds a tick took, one for each sample. */
  tick(given: TickGiven): Promise<readonly number[]>
  tickOfUppy(given: TickGiven): readonly number[]
  intake(given: IntakeGiven): Promise<IntakeTimes>
  intakeOfUppy(given: IntakeGiven): IntakeTimes
  /** Milliseconds until the file of the input was sent. */
  sendRaw(given: RawGiven): Promise<number>
  sendByUppy(given: { readonly url: string }): Promise<number>
  sendByLading(given: LadingGiven): Promise<LadingTimes>
  /** When `add` was called, by the system's clock. */
  begin(given: FirstByteGiven): number
  cancel(given: null): Promise<null>
  heapMb(given: null): number
}

declare global {
  interface Window {
    /** Absent until the page is ready. */
    bench: Partial<Calls>
  }
}

/** Makes a page's functions callable from outside. */
export function expose(calls: Partial<Calls>): void {
  window.bench = calls
}
