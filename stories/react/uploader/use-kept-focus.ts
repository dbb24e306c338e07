import { type RefObject, useEffect } from 'react'
import { keepFocus } from '../../shared/keep-focus.ts'

/** Keeps the keyboard's place in an element whose buttons and rows come and go. */
export function useKeptFocus(root: RefObject<HTMLElement | null>): void {
  useEffect(() => (root.current ? keepFocus(root.current) : undefined), [root])
}
