import { type Reply, statusError, UploadError, type UploadErrorCode } from '@lading/core/engine'

/** What an object store's own code stands for; what is not here is what its status says. */
type Meaning = readonly [code: UploadErrorCode, retryable: boolean, message: string]

const busy: Meaning = ['rate-limited', true, 'The store asks to slow down']
const failed: Meaning = ['server-error', true, 'The store failed']
const differs: Meaning = ['integrity-failed', true, 'The store received other bytes than were sent']
const expired: Meaning = [
  'forbidden',
  false,
  'The signature had expired: compare the clock of the server that signs with that of the store',
]
const meanings: Readonly<Record<string, Meaning>> = {
  SlowDown: busy,
  ServiceUnavailable: busy,
  ServerBusy: busy,
  TooManyRequests: busy,
  InternalError: failed,
  RequestTimeout: failed,
  OperationAborted: failed,
  OperationTimedOut: failed,
  IncompleteBody: failed,
  BadDigest: differs,
  XAmzContentSHA256Mismatch: differs,
  XAmzContentChecksumMismatch: differs,
  Md5Mismatch: differs,
  ExpiredToken: expired,
  RequestExpired: expired,
  RequestTimeTooSkewed: [
    'forbidden',
    false,
    "The clock of the server that signs differs too much from the store's",
  ],
  SignatureDoesNotMatch: [
    'forbidden',
    false,
    'The store computes another signature: was it made for another method, other headers or another body?',
  ],
  NoSuchBucket: [
    'not-found',
    false,
    'The bucket does not exist: create it, or correct its name where URLs are signed',
  ],
  NoSuchUpload: ['not-found', false, 'The store does not know the upload'],
  EntityTooLarge: ['too-large', false, 'The store takes no more than 5 GiB in one request'],
  EntityTooSmall: [
    'request-refused',
    false,
    'The store wants larger parts (S3: 5 MiB): raise `chunkSizeBytes`',
  ],
}

/** Whether an answer is an error, also where its status is none: stores have said so after a 200. */
export function isRefusal({ status, text }: Pick<Reply, 'status' | 'text'>): boolean {
  return status < 200 || status >= 300 || storeCode(text) !== undefined
}

/** The error behind a store's refusal, which is XML with a code of its own (S3, GCS, R2, Azure). */
export function storeError(reply: Reply, nowMs: number): UploadError {
  const error = statusError(reply, nowMs)
  const serverCode = storeCode(reply.text) ?? error.serverCode
  if (serverCode === undefined) return error
  const { status, retryAfterMs } = error
  const isGood = status !== undefined && status < 300
  const [code, retryable, message] = meanings[serverCode] ?? [error.code, error.retryable, error.message]
  return new UploadError(code, {
    message: `${message} (${serverCode})`,
    retryable,
    serverCode,
    // Under a good status nobody would understand it.
    ...(status !== undefined && !isGood && { status }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  })
}

/** The code in an error's XML. */
function storeCode(text: string): string | undefined {
  if (!/^\s*(\uFEFF)?(<\?xml[^>]*>\s*)?<Error[\s>]/i.test(text)) return undefined
  return /<Code>\s*([\w.-]{1,100})\s*<\/Code>/i.exec(text)?.[1] ?? 'unknown'
}
