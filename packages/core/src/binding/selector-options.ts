/** How a hook that selects from the state of all uploads tells one selection from another. */
export interface SelectorOptions<Selected> {
  /** Whether two selections mean the same. @default Object.is */
  readonly compare?: (previous: Selected, next: Selected) => boolean
}
