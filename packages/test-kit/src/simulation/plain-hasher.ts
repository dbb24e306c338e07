import type { Hasher } from '@lading/core'
import { UploadError } from '@lading/core'

/** A digest that takes no turn of its own; good enough to tell bytes apart, and no more. */
export function plainDigest(bytes: Uint8Array): string {
  let [a, b] = [0x811c9dc5, bytes.length]
  for (const byte of bytes) {
    a = Math.imul(a ^ byte, 0x01000193)
    b = Math.imul(b + byte, 0x85ebca6b) ^ (b >>> 13)
  }
  return [a, b]
    .map((word) => (word >>> 0).toString(16).padStart(8, '0'))
    .join('')
    .repeat(4)
}

/** The root over digests in order, as {@link plainHasher} computes it. */
export function plainRoot(digests: readonly string[]): string {
  return plainDigest(new TextEncoder().encode(digests.join()))
}

/** A hasher for simulations: within one turn, in the names a real one fails with. */
export function plainHasher(): Hasher {
  return {
    async sha256(blob, signal) {
      const bytes = await blob.arrayBuffer().catch((error: Error) => {
        throw new UploadError(error.name === 'NotFoundError' ? 'file-unreadable' : 'file-changed')
      })
      if (signal.aborted) throw new UploadError('aborted')
      return plainDigest(new Uint8Array(bytes))
    },
    root: async (digests) => plainRoot(digests),
  }
}
