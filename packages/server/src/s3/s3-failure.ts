import { StorageUnavailable } from '../shared-storage.ts'

/** What to fix when the store refuses everything, for whoever runs the server and, in other words, for clients. */
const MISTAKES: Readonly<Record<string, readonly [forOperator: string, forClient: string]>> = {
  NoSuchBucket: ['does not exist: create it, or correct `bucket`', 'The bucket of the server does not exist'],
  AccessDenied: [
    'may not be used with these credentials: they need to read, write, list and delete its objects and multipart uploads',
    'The server may not use its bucket',
  ],
  InvalidAccessKeyId: [
    'is not reached, as the access key is unknown: correct the credentials of `client`',
    'The credentials of the server for its bucket are refused',
  ],
  SignatureDoesNotMatch: [
    'is not reached, as the secret key is wrong: correct the credentials of `client`',
    'The credentials of the server for its bucket are refused',
  ],
  ExpiredToken: [
    'is not reached, as the credentials of `client` have expired',
    'The credentials of the server for its bucket have expired',
  ],
  CredentialsProviderError: [
    'is not reached, as `client` has no credentials',
    'The server has no credentials for its bucket',
  ],
  PermanentRedirect: [
    'is in another region: correct `region` of `client`',
    'The bucket of the server is elsewhere',
  ],
  AuthorizationHeaderMalformed: [
    'is in another region: correct `region` of `client`',
    'The bucket of the server is elsewhere',
  ],
  RequestTimeTooSkewed: [
    'refuses requests, as the clock of this machine is wrong',
    'The clock of the server is wrong',
  ],
}

const NAMES_BY_STATUS: Readonly<Record<number, string>> = { 301: 'PermanentRedirect', 403: 'AccessDenied' }

/** The name of an error of S3, such as `NoSuchKey`; a HEAD has no body to tell it, so its status has to. */
export function failureName(error: unknown): string {
  const status = failureStatus(error)
  const name = error instanceof Error ? error.name : ''
  const isNamed = name !== '' && !['Error', 'UnknownError', 'Unknown'].includes(name) && !/^\d+$/.test(name)
  return isNamed ? name : ((status === undefined ? undefined : NAMES_BY_STATUS[status]) ?? name)
}

/** The status of an answer of S3; undefined if there was none. */
export function failureStatus(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return undefined
  const { $metadata: metadata } = error
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return undefined
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined
}

/** Whether a precondition of a conditional write did not hold, or was being decided for another one just then. */
export function isTaken(error: unknown): boolean {
  const status = failureStatus(error)
  return status === 412 || (status === 409 && failureName(error) === 'ConditionalRequestConflict')
}

/** Turns what the SDK threw, after its own retries, into what the server goes by. */
export function explainFailure(error: unknown, bucket: string): Error {
  const name = failureName(error)
  const mistake = Object.hasOwn(MISTAKES, name) ? MISTAKES[name] : undefined
  if (mistake) {
    const [forOperator, forClient] = mistake
    return new StorageUnavailable(`The bucket \`${bucket}\` ${forOperator}`, {
      cause: error,
      detail: forClient,
    })
  }
  if (name === 'QuotaExceeded') return Object.assign(new Error('The quota is used up'), { code: 'EDQUOT' })
  const status = failureStatus(error)
  // Without a status there was no answer: no connection, a timeout, an abort.
  if (status === undefined || status >= 500 || status === 429 || status === 408 || name === 'SlowDown') {
    return new StorageUnavailable(`S3 does not answer right now: ${name}`, { cause: error })
  }
  return error instanceof Error ? error : new Error(name)
}
