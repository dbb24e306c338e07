import type { Json, Protocol } from '@lading/core'
import { describe, it } from 'vitest'
import { brokenLines } from './broken-lines.ts'
import { commandsAndSessions } from './commands.ts'
import type { ContractServer } from './contract-server.ts'
import type { ProtocolAbilities } from './protocol-subject.ts'
import { roundTrips } from './round-trips.ts'

/** Nothing is asserted about time, so a busy machine may take it. */
const timeoutMs = 120_000

/**
 * Describes what every protocol must do, as tests of this one: the real engine over the real transport in Node, against
 * a real server, with a proxy between them that cuts lines, holds bytes back and loses answers.
 *
 * For a protocol of your own: write `makeServer`, which starts your server on loopback with a storage of its own and
 * can look into it ({@link ContractServer}), and `makeProtocol`, which points your protocol at the origin it is given
 * (the proxy's). Say in `abilities` what your protocol can do; nothing is skipped for what it cannot: another right
 * behaviour is asserted. Call it in a test file of a Vitest project that runs in Node.
 *
 * @example
 * protocolContract(
 *   () => startMyServer(),
 *   (origin) => myProtocol({ endpoint: `${origin}/files` }),
 *   {
 *     name: 'mine',
 *     canResume: true,
 *     goesOnInsideChunks: true,
 *     hasSession: true,
 *     canAbort: true,
 *     isIdempotent: true,
 *     carriesName: true,
 *     credentials: 'app',
 *     expectResult: (result, file) => expect(result.size).toBe(file.size),
 *   },
 * )
 */
export function protocolContract<Session extends Json, Result>(
  makeServer: () => Promise<ContractServer<Result>>,
  makeProtocol: (origin: string, server: ContractServer<Result>) => Protocol<Session, Result>,
  abilities: ProtocolAbilities<Result>,
): void {
  const subject = { ...abilities, makeServer, makeProtocol }
  const contract = { ...roundTrips(subject), ...brokenLines(subject), ...commandsAndSessions(subject) }
  for (const [about, behaviours] of Object.entries(contract)) {
    describe(`${abilities.name}: ${about}`, () => {
      for (const [behaviour, test] of Object.entries(behaviours)) it(behaviour, test, timeoutMs)
    })
  }
}
