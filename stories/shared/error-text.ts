import type { UploadError, UploadErrorCode } from '@lading/core'

const texts: Readonly<Record<UploadErrorCode, string>> = {
  network: 'The server cannot be reached',
  timeout: 'The server stopped answering',
  unauthorized: 'You are not signed in',
  forbidden: 'You may not upload here',
  'not-found': 'Nothing takes uploads at this address',
  conflict: 'The server has something else under this name',
  'too-large': 'The file is too large for the server',
  unprocessable: 'The server does not take this file',
  'rate-limited': 'The server has too much to do',
  'storage-full': 'The server has no room left',
  'server-error': 'The server had an error',
  'request-refused': 'The server refused the upload',
  'bad-response': 'The server answered something odd',
  'response-refused': 'The upload was refused',
  'integrity-failed': 'The file was damaged on its way',
  'session-lost': 'The server lost this upload',
  'file-changed': 'The file has changed since it was chosen',
  'file-unreadable': 'The file cannot be read any more',
  'hash-failed': 'The file could not be checked',
  'hook-failed': 'This page could not prepare the upload',
  'option-failed': 'This page could not prepare the upload',
  unsupported: 'The server cannot take a file of this size',
  aborted: 'The upload was called off',
  unexpected: 'Something went wrong',
}

/** Why an upload failed, for a person, with the HTTP status where there was one. */
export function errorText({ code, status }: UploadError): string {
  return status === undefined ? texts[code] : `${texts[code]} (${status})`
}
