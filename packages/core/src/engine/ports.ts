import type { Clock } from '../ports/clock.ts'
import type { Environment } from '../ports/environment.ts'
import type { FileSource } from '../ports/file-source.ts'
import type { Guard } from '../ports/guard.ts'
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
  /** Without one, `add` takes blobs and lists of them. */
  readonly files?: FileSource
  /** Without one, options are trusted and every file is taken. */
  readonly guard?: Guard
  /** Without one, every tab sends what it is given. */
  readonly locks?: Locks
}
