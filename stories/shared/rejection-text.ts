import type { RejectionCode, RejectionReason } from '@lading/core'
import { formatBytes } from './format-bytes.ts'

const texts: Readonly<Record<RejectionCode, (limit: number) => string>> = {
  'not-accepted': () => 'not a kind of file that is taken here',
  'too-large': (limit) => `larger than ${formatBytes(limit)}`,
  'too-small': (limit) => `smaller than ${formatBytes(limit)}`,
  'too-many-files': (limit) => `more than ${limit} ${limit === 1 ? 'file' : 'files'}`,
  'total-too-large': (limit) => `more than ${formatBytes(limit)} together`,
  duplicate: () => 'already on the list',
  invalid: () => 'not valid',
  vetoed: () => 'not wanted here',
  folder: () => 'a folder',
  unreadable: () => 'cannot be read',
}

/** Why a file was not added, for a person. */
export function rejectionText(reasons: readonly RejectionReason[]): string {
  return reasons.map(({ code, limit = 0, message }) => message ?? texts[code](limit)).join(', ')
}
