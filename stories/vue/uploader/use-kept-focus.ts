import { onMounted, onScopeDispose, type Ref } from 'vue'
import { keepFocus } from '../../shared/keep-focus.ts'

/** Keeps the keyboard's place in an element whose buttons and rows come and go. */
export function useKeptFocus(root: Readonly<Ref<HTMLElement | null>>): void {
  let stop: (() => void) | undefined
  onMounted(() => {
    if (root.value) stop = keepFocus(root.value)
  })
  onScopeDispose(() => stop?.())
}
