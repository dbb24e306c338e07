import { createHash } from 'node:crypto'
import type { WireIdentity } from '../../src/index.ts'

/** Bytes that no two places of a file have alike, told by a seed. */
export function someBytes(length: number, seed = 1): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length)
  let state = seed
  for (let index = 0; index < length; index += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    bytes[index] = state >>> 24
  }
  return bytes
}

export function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest()
}

export function sha256Hex(bytes: Uint8Array): string {
  return sha256(bytes).toString('hex')
}

/** A digest as a header has it. */
export function digestHeader(bytes: Uint8Array): string {
  return `sha-256=:${sha256(bytes).toString('base64')}:`
}

/** The digest as a header has it, from hex. */
export function headerOf(hex: string): string {
  return `sha-256=:${Buffer.from(hex, 'hex').toString('base64')}:`
}

/** The chunks of a file. */
export function chunksOf(bytes: Uint8Array<ArrayBuffer>, chunkSizeBytes: number): Uint8Array<ArrayBuffer>[] {
  const count = Math.max(1, Math.ceil(bytes.byteLength / chunkSizeBytes))
  return Array.from({ length: count }, (_, index) =>
    bytes.slice(index * chunkSizeBytes, (index + 1) * chunkSizeBytes),
  )
}

/** The identity of a file, as a client works it out. */
export function identityOf(bytes: Uint8Array<ArrayBuffer>, chunkSizeBytes: number): WireIdentity {
  const digests = chunksOf(bytes, chunkSizeBytes).map(sha256)
  return {
    scheme: 'sha-256-composite',
    chunkSizeBytes,
    size: bytes.byteLength,
    count: digests.length,
    root: sha256Hex(Buffer.concat(digests)),
  }
}
