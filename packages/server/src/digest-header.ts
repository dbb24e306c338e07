import { problem } from './problem.ts'

const SHA_256_MEMBER = /^sha-256\s*=\s*:([A-Za-z0-9+/]{43}=):\s*(?:;.*)?$/i

/**
 * Reads the sha-256 of a `Content-Digest`-shaped header (RFC 9530) as raw bytes; undefined without the header.
 * Other algorithms beside it are passed over; a header with none that can be read is a problem.
 */
export function readDigestHeader(field: string, value: string | undefined): Buffer | undefined {
  if (value === undefined) return undefined
  let digest: Buffer | undefined
  // Base64 has no comma, so members can be cut at commas; of two alike the last counts (RFC 9651).
  for (const member of value.split(',')) {
    const match = SHA_256_MEMBER.exec(member.trim())
    if (match?.[1] !== undefined) digest = Buffer.from(match[1], 'base64')
  }
  if (digest?.byteLength !== 32) throw problem('invalid-digest', { field })
  return digest
}
