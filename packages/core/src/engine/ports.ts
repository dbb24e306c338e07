import type { Clock } from '../ports/clock.ts'
import type { Environment } from '../ports/environment.ts'
import type { Hasher } from '../ports/hasher.ts'
import type { Locks } from '../ports/locks.ts'
import type { Random } from '../ports/random.ts'
import type { Transport } from '../ports/transport.ts'

/** Everything the engine needs of the world. */
export interface EnginePorts {
  readonly transport: Transport
  readonly clock: Clock
  readonly random: Random
  readonly environment: Environment
  /** Without one, chunks are not hashed here and `integrity` is off. */
  readonly hasher?: Hasher
  /** Without one, every tab sends what it is given. */
  readonly locks?: Locks
}
