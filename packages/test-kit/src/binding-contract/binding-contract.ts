import { describe, it } from 'vitest'
import { addingContract } from './adding.ts'
import { announcingContract } from './announcing.ts'
import type { BindingAdapter } from './binding-adapter.ts'
import type { Contract } from './contract.ts'
import { followingContract } from './following.ts'
import { lifetimeContract } from './lifetime.ts'
import { optionsContract } from './options.ts'
import { readingContract } from './reading.ts'
import { realServerContract } from './real-server.ts'
import { renderingContract } from './rendering.ts'

/** A machine that does much else at the same time is slow, and no failure. */
const timeoutMs = 30_000

const contract: Contract = {
  ...addingContract,
  ...followingContract,
  ...renderingContract,
  ...optionsContract,
  ...lifetimeContract,
  ...readingContract,
  ...announcingContract,
  ...realServerContract,
}

/** Describes what every binding of the uploader to a framework must do, as tests of this one. */
export function bindingContract(adapter: BindingAdapter): void {
  for (const [about, tests] of Object.entries(contract)) {
    describe(about, () => {
      for (const [behaviour, test] of Object.entries(tests)) it(behaviour, () => test(adapter), timeoutMs)
    })
  }
}
