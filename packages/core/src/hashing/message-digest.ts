import { readError } from '../errors/file-trouble.ts'
import { isUploadError } from '../errors/upload-error.ts'

/** The algorithms every browser and Node have. */
export type DigestAlgorithm = 'SHA-1' | 'SHA-256' | 'SHA-384' | 'SHA-512'

/** Whether {@link messageDigest} can work here: browsers have it in secure contexts only. */
export function hasMessageDigest(): boolean {
  return globalThis.crypto?.subtle !== undefined
}

/**
 * The digest of one message's bytes, in base64, for protocols that say it along with a part. The part is read whole.
 *
 * Rejects with `UploadError` `file-changed`, `file-unreadable` or `hash-failed`.
 */
export async function messageDigest(blob: Blob, algorithm: DigestAlgorithm): Promise<string> {
  try {
    const digest = await crypto.subtle.digest(algorithm, new Uint8Array(await blob.arrayBuffer()))
    return btoa(String.fromCharCode(...new Uint8Array(digest)))
  } catch (error) {
    throw isUploadError(error) ? error : readError(error, 'hash-failed')
  }
}
