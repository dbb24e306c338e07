import { bindingContract, bindingServerContract } from '@lading/test-kit'
import { cleanup } from '@testing-library/react'
import { afterEach } from 'vitest'
import { reactAdapter } from './react-adapter.tsx'

afterEach(cleanup)

bindingContract(reactAdapter)
bindingServerContract(reactAdapter)
