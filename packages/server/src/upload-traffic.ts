import { Claims } from './claims.ts'
import type { RequestBody } from './request-body.ts'

/** Who is at work on one upload in this process. */
export class UploadTraffic {
  readonly claims: Claims<number> = new Claims()
  readonly bodies: Set<RequestBody> = new Set()
  /** Chunks that were written whole and are being made durable. */
  readonly landing: Set<number> = new Set()
  /** How much of each chunk has arrived, of those that a request is bringing in where storage is shared. */
  readonly arriving: Map<number, { readonly bytes: number }> = new Map()
}
