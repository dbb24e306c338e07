/**
 * Keeps the keyboard's place where buttons and rows come and go.
 *
 * When the focused element is taken away, the focus goes to the last button of its row, or of the row that took its
 * place, or to the file input where no row is left.
 */
export function keepFocus(root: HTMLElement): () => void {
  const rows = (): HTMLElement[] => [...root.querySelectorAll('li')]
  let last:
    | { readonly element: Element; readonly row: HTMLElement | null; readonly index: number }
    | undefined
  const { ownerDocument: page } = root
  const listening = new AbortController()
  const { signal } = listening
  root.addEventListener('focusin', remember, { signal })
  root.addEventListener('focusout', forget, { signal })
  const observer = new MutationObserver(restore)
  observer.observe(root, { childList: true, subtree: true })
  return () => {
    listening.abort()
    observer.disconnect()
  }

  function remember({ target }: FocusEvent): void {
    if (!(target instanceof HTMLElement)) return
    const row = target.closest('li')
    last = { element: target, row, index: row ? rows().indexOf(row) : 0 }
  }

  /** Left by a person, and not because it went: then it is still there a moment later. */
  function forget({ target }: FocusEvent): void {
    queueMicrotask(() => {
      if (last && last.element === target && last.element.isConnected) last = undefined
    })
  }

  function restore(): void {
    if (!last || last.element.isConnected) return
    const { row, index } = last
    last = undefined
    if (page.activeElement && page.activeElement !== page.body) return
    const present = rows()
    const place = row?.isConnected ? row : present[Math.min(index, present.length - 1)]
    const next = place?.querySelector<HTMLElement>('button:last-of-type')
    const target = next ?? root.querySelector<HTMLElement>('input[type=file]')
    target?.focus()
  }
}
