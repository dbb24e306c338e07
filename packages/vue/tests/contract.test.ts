import { bindingContract, bindingServerContract } from '@lading/test-kit'
import { cleanup } from '@testing-library/vue'
import { afterEach } from 'vitest'
import { vueAdapter } from './vue-adapter.ts'

afterEach(cleanup)

bindingContract(vueAdapter)
bindingServerContract(vueAdapter)
