export * from './binding-contract/binding-adapter.ts'
export { bindingContract, bindingServerContract } from './binding-contract/binding-contract.ts'
export {
  type ControlledProtocol,
  type ControlledResult,
  controlledProtocol,
} from './binding-contract/controlled-protocol.ts'
export type { LoopbackServer } from './binding-contract/loopback-server.ts'
export { movePageTo } from './binding-contract/move-page-to.ts'
export type { PageLog } from './binding-contract/page-log.ts'
export { withLoopbackServer } from './binding-contract/with-loopback-server.ts'
export type { ContractServer, Holdings, StoredFile } from './protocol-contract/contract-server.ts'
export type { SeenRequest } from './protocol-contract/faulty-proxy.ts'
export { noiseFile } from './protocol-contract/noise-file.ts'
export { protocolContract } from './protocol-contract/protocol-contract.ts'
export type { ProtocolAbilities } from './protocol-contract/protocol-subject.ts'
export { type MemoryEnvironment, memoryEnvironment } from './simulation/memory-environment.ts'
export { contentOf, type FileFault, MemoryFile, type MemoryFileOptions } from './simulation/memory-file.ts'
export { type MemoryLocks, memoryLocks } from './simulation/memory-locks.ts'
export { plainDigest, plainHasher, plainRoot } from './simulation/plain-hasher.ts'
export { type PlainOptions, plainProtocol } from './simulation/plain-protocol.ts'
export { PlainServer } from './simulation/plain-server.ts'
export { type PlainResult, PlainSession } from './simulation/plain-session.ts'
export {
  type NetworkCall,
  type NetworkServer,
  type ScriptedNetwork,
  scriptedNetwork,
} from './simulation/scripted-network.ts'
export { scriptedRandom } from './simulation/scripted-random.ts'
export type { ServerAnswer } from './simulation/server-answer.ts'
export { settle } from './simulation/settle.ts'
export { type Simulation, type SimulationOptions, simulation } from './simulation/simulation.ts'
export { type VirtualClock, virtualClock } from './simulation/virtual-clock.ts'
