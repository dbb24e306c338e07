import { type UploaderState, type UploadStatus, uploadStatuses } from '@lading/core'

/** What every uploader is on a server, and in the first render of a page that came from one. */
export const serverState: UploaderState = {
  ids: [],
  counts: Object.fromEntries(uploadStatuses.map((status) => [status, 0])) as Record<UploadStatus, number>,
  totals: { files: 0, totalBytes: 0, landedBytes: 0, sentBytes: 0, ratio: 0, bytesPerSecond: 0 },
  speed: 0,
  online: true,
}
