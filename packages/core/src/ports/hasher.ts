/** Computes digests, off the main thread where it can. */
export interface Hasher {
  /**
   * Hex SHA-256 of a blob, read once and whole: callers hand chunks, not files.
   *
   * Rejects with `UploadError` `aborted`, `file-changed`, `file-unreadable` or `hash-failed`.
   */
  sha256(blob: Blob, signal: AbortSignal): Promise<string>
  /** Hex SHA-256 of the concatenated raw bytes of hex digests: the root of a composite identity. */
  root(digests: readonly string[]): Promise<string>
}
