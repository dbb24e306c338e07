import type { FileRecord } from './storage.ts'
import type { Found } from './upload-registry.ts'
import type { WireResult, WireUpload } from './wire.ts'

/** The upload resource: of an open upload, or of the file it has become. */
export function uploadToWire(found: Found, resultOf: (file: FileRecord) => WireResult): WireUpload {
  if ('upload' in found) return found.upload.toWire()
  const { file } = found
  const { count } = file.digest
  return {
    id: file.id,
    status: 'completed',
    size: file.size,
    chunkSizeBytes: file.chunkSizeBytes,
    chunkCount: count,
    landed: [[0, count]],
    sha256: [],
    partial: [],
    expiresAt: null,
    result: resultOf(file),
  }
}
