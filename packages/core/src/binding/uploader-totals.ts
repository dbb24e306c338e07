import type { Totals, UploaderState } from '../api/uploader.ts'

/** All uploads as one: progress over the whole list, how many are in which status, and whether there is a network. */
export interface UploaderTotals extends Totals, Pick<UploaderState, 'counts' | 'speed' | 'online'> {}

/** The state of all uploads without the list. */
export function totalsOf({ totals, counts, speed, online }: UploaderState): UploaderTotals {
  return { ...totals, counts, speed, online }
}
