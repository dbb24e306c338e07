import type { EnginePorts } from '../engine/ports.ts'
import { subtleHasher } from '../hashing/subtle-hasher.ts'
import { capture } from '../intake/capture.ts'
import { guard } from '../policy/guard.ts'
import type { Transport } from '../ports/transport.ts'
import { systemClock } from './system-clock.ts'
import { systemEnvironment } from './system-environment.ts'
import { systemRandom } from './system-random.ts'

/** The ports of the browser, or of Node, around a transport. Touches no DOM until an uploader works. */
export function systemPorts(transport: Transport): EnginePorts {
  const hasher = subtleHasher(systemClock)
  return {
    transport,
    clock: systemClock,
    random: systemRandom,
    environment: systemEnvironment,
    files: capture,
    guard,
    ...(hasher && { hasher }),
  }
}
