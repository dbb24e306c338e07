import { type DigestAlgorithm, hasMessageDigest, messageDigest } from '@lading/core/hashing'
import type { ServerFacts } from './server-facts.ts'

/** Larger parts go without: each is read whole. */
const maxBytes = 64 * 1024 * 1024

/** What each algorithm may be called, the better ones first; dashes and case left out. */
const known: readonly (readonly [name: string, algorithm: DigestAlgorithm])[] = [
  ['sha256', 'SHA-256'],
  ['sha512', 'SHA-512'],
  ['sha384', 'SHA-384'],
  ['sha1', 'SHA-1'],
]

/** The server's name of the checksum to send along; `null` where it offers none that is to be had here. */
export function checksumOffered({ extensions, algorithms }: ServerFacts): string | null {
  if (!extensions.has('checksum') || !hasMessageDigest()) return null
  for (const [name] of known) {
    const offered = algorithms.find((algorithm) => plain(algorithm) === name)
    if (offered) return offered
  }
  return null
}

/** `Upload-Checksum` of one message (tus 1.0, checksum), where it can be had. */
export async function checksumHeader(
  algorithm: string | null,
  blob: Blob,
): Promise<Readonly<Record<string, string>>> {
  const digest = known.find(([name]) => algorithm !== null && name === plain(algorithm))?.[1]
  if (!digest || blob.size > maxBytes || !hasMessageDigest()) return {}
  return { 'Upload-Checksum': `${algorithm} ${await messageDigest(blob, digest)}` }
}

function plain(name: string): string {
  return name.toLowerCase().replace('-', '')
}
