import { totalsOf, type Uploader, type UploaderTotals } from '@lading/core'
import { type ComputedRef, computed, type MaybeRefOrGetter, toValue } from 'vue'
import { trackReadable } from './track-readable.ts'
import { found, uploaderIfAny } from './uploader-injection.ts'

/** The aggregate over all uploads. */
export function useTotals(
  uploader?: MaybeRefOrGetter<Pick<Uploader, 'store'> | undefined>,
): ComputedRef<UploaderTotals> {
  const provided = uploaderIfAny()
  const state = trackReadable(() => found('useTotals', toValue(uploader) ?? provided).store)
  return computed(() => totalsOf(state()))
}
