import type { SelectorOptions, Uploader, UploaderState } from '@lading/core'
import { type ComputedRef, computed, type MaybeRefOrGetter, toValue } from 'vue'
import { trackReadable } from './track-readable.ts'
import { found, uploaderIfAny } from './uploader-injection.ts'

/**
 * Something read out of the state of all uploads; changes only when the selection changed. Refs that the selector reads
 * are followed.
 *
 * A selector that makes a new object each time needs a `compare`.
 */
export function useUploaderSelector<Selected>(
  selector: (state: UploaderState) => Selected,
  options?: SelectorOptions<Selected>,
  uploader?: MaybeRefOrGetter<Pick<Uploader, 'store'> | undefined>,
): ComputedRef<Selected> {
  const provided = uploaderIfAny()
  const state = trackReadable(() => found('useUploaderSelector', toValue(uploader) ?? provided).store)
  let last: { readonly selected: Selected } | undefined
  return computed(() => {
    const fresh = selector(state())
    const isSame = last && (options?.compare ?? Object.is)(last.selected, fresh)
    last = isSame && last ? last : { selected: fresh }
    return last.selected
  })
}
