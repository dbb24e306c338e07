type Compare<Selected> = (previous: Selected, next: Selected) => boolean

/** Keeps the identity of a selection for as long as it means the same, over renders and new selectors. */
export interface SelectionKeeper<State, Selected> {
  /** A reader that selects once for each state, and gives the object it gave before where the two compare as same. */
  reader(selector: (state: State) => Selected, compare: Compare<Selected>): (state: State) => Selected
  /** Says which selection is on the screen: the one that readers made later start from. */
  commit(selected: Selected): void
}

/** Renders may be thrown away, so what they select is kept by each reader, and only a commit is kept for all. */
export function createSelectionKeeper<State, Selected>(): SelectionKeeper<State, Selected> {
  let committed: { readonly selected: Selected } | undefined
  return {
    reader(selector, compare) {
      let last: { readonly state: State; readonly selected: Selected } | undefined
      return (state) => {
        if (last && Object.is(last.state, state)) return last.selected
        const fresh = selector(state)
        const before = last ?? committed
        const selected = before && compare(before.selected, fresh) ? before.selected : fresh
        last = { state, selected }
        return selected
      }
    },
    commit(selected) {
      committed = { selected }
    },
  }
}
