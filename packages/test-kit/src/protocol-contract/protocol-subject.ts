import type { Json, Protocol, ProtocolUploaderOptions } from '@lading/core'
import type { ContractServer } from './contract-server.ts'
import type { SeenRequest } from './faulty-proxy.ts'

/**
 * What a protocol can do, as far as not all can. Each answer selects what is asserted: a protocol that cannot resume
 * must send the file again whole and end right, and so on.
 */
export interface ProtocolAbilities<Result> {
  readonly name: string
  /** The size of chunks in the tests: the smallest the server takes. @default 65_536 */
  readonly chunkSizeBytes?: number
  /** Whether what was acknowledged before a break is never sent again; otherwise a file is sent again whole. */
  readonly canResume: boolean
  /** Whether it can go on inside a chunk, so that a line which never lasts a whole one still brings a file across. */
  readonly goesOnInsideChunks: boolean
  /** Whether there is a session that can be lost; otherwise losing it changes nothing. */
  readonly hasSession: boolean
  /** Whether a cancelled upload is dropped from the server; otherwise it is merely never finished. */
  readonly canAbort: boolean
  /** Whether a request whose answer was lost can be repeated without a second upload on the server. */
  readonly isIdempotent: boolean
  /** Whether the file's name reaches the server. */
  readonly carriesName: boolean
  /** Whose credentials the requests to the server carry. */
  readonly credentials: 'app' | 'none'
  /** Asserts that a result is what it ought to be for this file. */
  expectResult(result: Result, file: File): void
  /** Whether a request carries bytes of files. @default a POST, PUT or PATCH whose type is neither JSON, XML nor pairs */
  isPayload?(request: SeenRequest): boolean
  /** The app's axios instance. @default a plain one */
  readonly http?: ProtocolUploaderOptions['http']
}

/** Everything the contract needs to try a protocol out. */
export interface ProtocolSubject<Session extends Json, Result> extends ProtocolAbilities<Result> {
  makeServer(): Promise<ContractServer<Result>>
  /** The protocol, pointed at an origin in front of the server. */
  makeProtocol(origin: string, server: ContractServer<Result>): Protocol<Session, Result>
}
