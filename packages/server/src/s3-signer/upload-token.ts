import { createHmac, timingSafeEqual } from 'node:crypto'
import { signerProblem } from './signer-problem.ts'

/** What a client was given access to: one key, cut in one way. */
export interface UploadGrant {
  readonly key: string
  /** The multipart upload's id; absent where the file is one PUT. */
  readonly uploadId?: string
  /** What marks the object as this upload's. */
  readonly mark: string
  readonly size: number
  readonly type: string
  readonly chunkSizeBytes: number
  readonly count: number
  /** Which header of a part carries its digest; absent where none does. */
  readonly checksum?: ChecksumHeader
  readonly owner?: string
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
}

/** The headers a store may verify a body by. */
export type ChecksumHeader = 'x-amz-checksum-sha256' | 'x-amz-content-sha256'

/** Puts grants into tokens and takes them out again, so that nothing about an upload is kept in the process. */
export class TokenMaker {
  readonly #key: Uint8Array

  /** `secret` must be hard to guess, and the same in every process. */
  constructor(secret: string | Uint8Array, bucket: string) {
    this.#key = createHmac('sha256', secret).update(`lading s3 signer 1\n${bucket}`).digest()
  }

  seal(grant: UploadGrant): string {
    const body = Buffer.from(JSON.stringify(grant)).toString('base64url')
    return `${body}.${this.#sign(`token\n${body}`).toString('base64url')}`
  }

  /** Throws the problem of a token that is not ours, has been changed, or is too old. */
  open(token: string, nowMs: number): UploadGrant {
    const [body = '', signature = '', ...rest] = token.split('.')
    const expected = this.#sign(`token\n${body}`)
    const given = Buffer.from(signature, 'base64url')
    if (rest.length > 0 || given.length !== expected.length || !timingSafeEqual(given, expected)) {
      throw signerProblem('token-invalid')
    }
    // Only we can have made it.
    const grant = JSON.parse(Buffer.from(body, 'base64url').toString()) as UploadGrant
    if (grant.expiresAt <= nowMs) throw signerProblem('token-expired')
    return grant
  }

  /** An id that nobody can guess, and that is the same for the same text: 32 characters of 0-9 and a-f. */
  idOf(text: string): string {
    return this.#sign(`id\n${text}`).toString('hex').slice(0, 32)
  }

  #sign(text: string): Buffer {
    return createHmac('sha256', this.#key).update(text).digest()
  }
}
