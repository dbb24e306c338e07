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
}

/** Describes what every binding of the uploader to a framework must do, as tests of this one. */
export function bindingContract(adapter: BindingAdapter): void {
  run(contract, adapter)
}

/** The part of the contract that needs a server beside the page, and so a page in Node. */
export function bindingServerContract(adapter: BindingAdapter): void {
  run(realServerContract, adapter)
}

function run(tests: Contract, adapter: BindingAdapter): void {
  for (const [about, behaviours] of Object.entries(tests)) {
    describe(`${adapter.name}: ${about}`, () => {
      for (const [behaviour, test] of Object.entries(behaviours))
        it(behaviour, () => test(adapter), timeoutMs)
    })
  }
}
