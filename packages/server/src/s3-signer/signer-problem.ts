import { json, type Outgoing } from '../exchange.ts'
import type { WireSignerCode } from './signer-wire.ts'

const PROBLEMS: Readonly<Record<WireSignerCode, readonly [status: number, title: string]>> = {
  'invalid-request': [400, 'The request is not of the form that is expected here'],
  forbidden: [403, 'This is not allowed'],
  'not-found': [404, 'There is nothing here'],
  'method-not-allowed': [405, 'Only POST is understood here'],
  'body-too-large': [413, 'The body is larger than what is expected here'],
  'unsupported-media-type': [415, 'Expected application/json, not encoded'],
  'file-too-large': [413, 'The file is larger than what is taken here'],
  'type-not-allowed': [415, 'Files of this type are not taken here'],
  'invalid-plan': [400, 'S3 takes 1 to 10,000 parts of 5 MiB to 5 GiB, only the last may be smaller'],
  'part-mismatch': [400, 'The file has no such part, or not of this size'],
  'checksum-required': [
    400,
    'Each part needs its SHA-256: leave `integrity` on, or set `checksum: false` of createS3Signer()',
  ],
  'token-invalid': [403, 'The token is none of this signer, or belongs to somebody else'],
  'token-expired': [410, 'The upload was begun too long ago'],
  'upload-not-found': [404, 'There is no such upload'],
  'already-stored': [409, 'The file of this upload is in the bucket, and cannot be sent again'],
  incomplete: [409, 'The bucket has other parts than the file has'],
  'identity-mismatch': [422, 'The bytes in the bucket are not the file that was described'],
  'part-too-small': [400, 'The store wants larger parts (S3: 5 MiB): raise `chunkSizeBytes`'],
  'bucket-not-found': [500, 'The bucket does not exist: create it, or correct `bucket` of createS3Signer()'],
  'store-refused': [500, 'The store refuses the credentials of this signer'],
  'clock-skewed': [500, "The clock of the signing server differs too much from the store's"],
  'store-busy': [503, 'The store is not available right now'],
  internal: [500, 'The server failed'],
}

/** An expected refusal on its way to the client. */
export class SignerProblem extends Error {
  override readonly name = 'SignerProblem'
  readonly code: WireSignerCode
  readonly detail: string | undefined

  constructor(code: WireSignerCode, detail?: string) {
    super(PROBLEMS[code][1])
    this.code = code
    this.detail = detail
  }
}

/** Makes a problem; it is thrown. */
export function signerProblem(code: WireSignerCode, detail?: string): SignerProblem {
  return new SignerProblem(code, detail)
}

/** The answer that says what went wrong, after RFC 9457. */
export function signerProblemAnswer({ code, detail }: SignerProblem): Outgoing {
  const [status, title] = PROBLEMS[code]
  const problem = { type: `urn:lading:problem:${code}`, title, status, code, ...(detail && { detail }) }
  return json(status, problem, {
    'Content-Type': 'application/problem+json',
    ...(status === 503 && { 'Retry-After': '1' }),
    ...(status === 405 && { Allow: 'POST' }),
  })
}
