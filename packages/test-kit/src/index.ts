export * from './binding-contract/binding-adapter.ts'
export { bindingContract } from './binding-contract/binding-contract.ts'
export {
  type ControlledProtocol,
  type ControlledResult,
  controlledProtocol,
} from './binding-contract/controlled-protocol.ts'
export type { PageLog } from './binding-contract/page-log.ts'
