import type { BindingAdapter } from './binding-adapter.ts'

/** Tests by what they are about and the sentence that each proves. */
export interface Contract {
  readonly [about: string]: {
    readonly [behaviour: string]: (adapter: BindingAdapter) => Promise<void>
  }
}
