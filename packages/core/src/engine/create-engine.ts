import type { EngineOptions } from '../api/options.ts'
import type { Uploader } from '../api/uploader.ts'
import { misuse } from '../errors/misuse.ts'
import type { Json } from '../ports/json.ts'
import type { Metadata } from '../ports/protocol.ts'
import { Engine } from './engine.ts'
import type { EnginePorts } from './ports.ts'

/**
 * An uploader on ports of your own: who brings another transport ships no axios.
 *
 * With a `guard`, throws a TypeError naming the option where one is wrong.
 */
export function createEngine<Session extends Json, Result, Meta extends Metadata = Metadata>(
  ports: EnginePorts,
  options: EngineOptions<Session, Result, Meta>,
): Uploader<Result, Meta> {
  const { protocol, ...changeable } = options
  if (typeof protocol?.send !== 'function') throw misuse('protocol', 'a protocol', protocol)
  // Inside, sessions, results and metadata are opaque: the engine hands them on unread, so their types end and begin here.
  return new Engine(ports, protocol as never, changeable as never) as never
}
