import { type SignerProblem, signerProblem } from './signer-problem.ts'

/** What of an error of the SDK decides what it means. */
interface StoreError {
  readonly name: string
  readonly status: number | undefined
}

const refusals = new Set([
  'AccessDenied',
  'AllAccessDisabled',
  'CredentialsProviderError',
  'ExpiredToken',
  'Forbidden',
  'InvalidAccessKeyId',
  'InvalidToken',
  'SignatureDoesNotMatch',
])
const unreachable = new Set([
  'TimeoutError',
  'NetworkingError',
  'RequestTimeout',
  'SlowDown',
  'InternalError',
])

/** Whether an error is the store's, or the way to it: anything else is a bug. */
export function storeErrorOf(error: unknown): StoreError | undefined {
  if (!(error instanceof Error)) return undefined
  const metadata: unknown = Reflect.get(error, '$metadata')
  const code: unknown = Reflect.get(error, 'code')
  const isOfTheWay = typeof code === 'string' && /^(E[A-Z_]+|UND_ERR_.*)$/.test(code)
  if (typeof metadata !== 'object' && !isOfTheWay && !unreachable.has(error.name)) return undefined
  const status: unknown = metadata && Reflect.get(metadata, 'httpStatusCode')
  return { name: error.name, status: typeof status === 'number' ? status : undefined }
}

/** Whether the store says that there is no such upload; some say so of the key. */
export function isNoSuchUpload(error: unknown): boolean {
  const name = storeErrorOf(error)?.name
  return name === 'NoSuchUpload' || name === 'NoSuchKey'
}

/** The problem behind an error of the store; undefined for what is a bug. */
export function problemOfStore(error: unknown): SignerProblem | undefined {
  const found = storeErrorOf(error)
  if (!found) return undefined
  const { name, status } = found
  if (name === 'NoSuchBucket') return signerProblem('bucket-not-found')
  if (name === 'EntityTooSmall') return signerProblem('part-too-small')
  if (name === 'InvalidPart' || name === 'InvalidPartOrder') return signerProblem('incomplete', name)
  if (name === 'RequestTimeTooSkewed') return signerProblem('clock-skewed')
  if (name === 'NoSuchUpload' || name === 'NoSuchKey') return signerProblem('upload-not-found')
  if (refusals.has(name)) return signerProblem('store-refused', name)
  // Some say what failed under a status of 200.
  const isBusy = status === undefined || status === 429 || status >= 500 || unreachable.has(name)
  return isBusy ? signerProblem('store-busy', name) : undefined
}
