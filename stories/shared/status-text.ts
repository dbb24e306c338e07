import type { UploadStatus } from '@lading/core'

/** What each status is called on a page. */
export const statusText: Readonly<Record<UploadStatus, string>> = {
  queued: 'Queued',
  preparing: 'Preparing',
  hashing: 'Hashing',
  checking: 'Checking',
  uploading: 'Uploading',
  completing: 'Completing',
  paused: 'Paused',
  following: 'Following',
  done: 'Done',
  failed: 'Failed',
  canceled: 'Canceled',
}
