import type { Checksum } from '../part-receiver.ts'
import { problem } from '../problem.ts'

const LENGTHS = { sha256: 32, sha1: 20, md5: 16 } as const
const HEADER = /^(sha256|sha1|md5) ([A-Za-z0-9+/]+={0,2})$/

/** Reads `Upload-Checksum`. */
export function readUploadChecksum(header: string | undefined): Checksum | undefined {
  if (header === undefined) return undefined
  const [, name, encoded = ''] = HEADER.exec(header) ?? []
  if (name !== 'sha256' && name !== 'sha1' && name !== 'md5') throw problem('invalid-checksum')
  const value = Buffer.from(encoded, 'base64')
  // Decoding is lenient; what it makes of a checksum that is not one is written otherwise.
  if (value.byteLength !== LENGTHS[name] || value.toString('base64') !== encoded) {
    throw problem('invalid-checksum')
  }
  return { algorithm: name, value }
}
