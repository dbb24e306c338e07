import { signerProblem } from './signer-problem.ts'
import type { ChecksumHeader } from './upload-token.ts'

/** The header that binds a body to its digest (hex). Throws where the digest is wanted and was not given. */
export function checksumHeaders(
  header: ChecksumHeader | undefined,
  sha256: string | undefined,
): Readonly<Record<string, string>> {
  if (header === undefined) return {}
  if (sha256 === undefined) throw signerProblem('checksum-required')
  return {
    [header]: header === 'x-amz-content-sha256' ? sha256 : Buffer.from(sha256, 'hex').toString('base64'),
  }
}
