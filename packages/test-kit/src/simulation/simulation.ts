import type { Hasher, Random, Uploader } from '@lading/core'
import { createEngine, type EngineOptions, type EnginePorts } from '@lading/core/engine'
import { type MemoryEnvironment, memoryEnvironment } from './memory-environment.ts'
import { type MemoryLocks, memoryLocks } from './memory-locks.ts'
import { plainHasher } from './plain-hasher.ts'
import { type PlainOptions, plainProtocol } from './plain-protocol.ts'
import { PlainServer } from './plain-server.ts'
import type { PlainResult } from './plain-session.ts'
import { type ScriptedNetwork, scriptedNetwork } from './scripted-network.ts'
import { scriptedRandom } from './scripted-random.ts'
import { type VirtualClock, virtualClock } from './virtual-clock.ts'

/** The real engine in a world that a test decides everything of. */
export interface Simulation {
  readonly uploader: Uploader<PlainResult>
  readonly clock: VirtualClock
  readonly environment: MemoryEnvironment
  readonly locks: MemoryLocks
  readonly network: ScriptedNetwork
  readonly server: PlainServer
  readonly ports: EnginePorts
}

/** What a {@link simulation} differs in. */
export interface SimulationOptions
  extends Omit<EngineOptions<string, PlainResult>, 'protocol'>,
    Partial<Pick<EngineOptions<string, PlainResult>, 'protocol'>> {
  readonly plain?: PlainOptions
  readonly clock?: VirtualClock
  readonly random?: Random
  /** Given to several simulations, these are tabs of one browser. */
  readonly locks?: MemoryLocks
  readonly server?: PlainServer
  /** `null` is none. @default {@link plainHasher} */
  readonly hasher?: Hasher | null
}

/** Makes an uploader with its world: the plain protocol and server, a network that answers at once, time that stands. */
export function simulation(options: SimulationOptions = {}): Simulation {
  const {
    plain,
    clock = virtualClock(),
    random = scriptedRandom(),
    hasher = plainHasher(),
    ...rest
  } = options
  const { locks = memoryLocks(), server = new PlainServer(), ...engineOptions } = rest
  const environment = memoryEnvironment()
  const network = scriptedNetwork(server)
  const ports: EnginePorts = {
    clock,
    random,
    environment,
    locks,
    transport: network,
    ...(hasher && { hasher }),
  }
  const uploader = createEngine(ports, { protocol: plainProtocol(plain), ...engineOptions })
  return { uploader, clock, environment, locks, network, server, ports }
}
