import type { Access, Authorize } from './access.ts'
import type { Claims } from './claims.ts'
import type { Incoming, Outgoing } from './exchange.ts'
import type { Clock, Random } from './ports.ts'
import type { FileRecord, FileStorage } from './storage.ts'
import type { UploadLimits } from './upload-limits.ts'
import type { UploadRegistry } from './upload-registry.ts'
import type { WireResult } from './wire.ts'

/** What the handlers work with. */
export interface ServerContext {
  readonly basePath: string
  readonly limits: UploadLimits
  readonly instant: false | 'owner'
  readonly authorize: Authorize | undefined
  readonly storage: FileStorage
  readonly registry: UploadRegistry
  /** Who is creating something under an Idempotency-Key. */
  readonly keyClaims: Claims<string>
  readonly clock: Clock
  readonly random: Random
  readonly resultOf: (file: FileRecord) => WireResult
}

/** Answers one kind of request; `id` is empty where the path has none. */
export type Handler = (
  context: ServerContext,
  incoming: Incoming,
  access: Access,
  id: string,
) => Promise<Outgoing>
