import type { PutObjectCommandInput, S3Client } from '@aws-sdk/client-s3'
import type { Authorize } from '../access.ts'
import { assertCorsOptions, type CorsOptions } from '../cors.ts'
import { assertFunctionOption, integerOption, rejectOption } from '../expect-option.ts'
import { reportToStderr, systemClock } from '../node-ports.ts'
import type { Clock, ErrorReporter } from '../ports.ts'
import { defaultKey, type KeyFacts } from './object-key.ts'
import type { WireS3Result } from './signer-wire.ts'
import type { ChecksumHeader } from './upload-token.ts'

/** What is taken, and enforced in the signature. */
export interface S3SignerLimits {
  /** @default 5 GiB × 10,000, which is S3's own limit (48.8 TiB) */
  readonly maxSizeBytes?: number
  /** Media types: `image/png`, `image/*`. The type a client claims is the type the object gets. @default all */
  readonly types?: readonly string[]
}

/** An object that is there, whole. */
export interface S3Completed {
  readonly result: WireS3Result
  readonly owner?: string
}

/** What else an object may be given. */
export type S3ObjectParameters = Pick<
  PutObjectCommandInput,
  | 'ACL'
  | 'CacheControl'
  | 'ContentDisposition'
  | 'ContentEncoding'
  | 'ContentLanguage'
  | 'Metadata'
  | 'SSEKMSKeyId'
  | 'ServerSideEncryption'
  | 'StorageClass'
  | 'Tagging'
>

/** Options of `createS3Signer`. */
export interface S3SignerOptions {
  /** An S3Client of `@aws-sdk/client-s3`, with credentials that may write to the bucket. */
  readonly client: S3Client
  readonly bucket: string
  /** The path everything lives under, as the client sees it. @default '/s3' */
  readonly basePath?: string
  /** Who may do what. Without it everybody may upload, and reach the uploads they have the token of. */
  readonly authorize?: Authorize
  /**
   * Makes the key of an object; ask for the same file, give the same key. A key without `id` in it may be that of
   * another object, which is replaced. A Response that is thrown goes to the client. @default `{id}.{extension}`
   */
  readonly keyFor?: (facts: KeyFacts, request: Request) => string | Promise<string>
  readonly limits?: S3SignerLimits
  /**
   * Which header carries the SHA-256 of a part, so that the store refuses other bytes: `x-amz-checksum-sha256` (AWS,
   * MinIO, and Ceph from Tentacle), `x-amz-content-sha256` (whatever speaks SigV4, older Ceph included), or none.
   * `auto` asks the store once. @default 'auto'
   */
  readonly checksum?: 'auto' | ChecksumHeader | false
  /** How long a signed request may wait before it begins. @default 900 */
  readonly expiresInSeconds?: number
  /** How long an upload may go on; make the bucket drop unfinished ones a little later. @default 604_800 (7 days) */
  readonly sessionSeconds?: number
  /**
   * Tokens are made with it: at least 16 characters, the same in every process. Wanted where the client's credentials
   * are temporary. @default made from the client's secret key
   */
  readonly secret?: string | Uint8Array
  /** What else the object gets: headers, encryption, tags. Ask for the same file, give the same. */
  readonly objectParameters?: (facts: KeyFacts) => S3ObjectParameters
  /** Where the world finds an object. @default its address in the bucket, without a signature */
  readonly urlFor?: (key: string) => string
  /**
   * Told of every object that is whole, before the client is; a client that comes back may make it hear twice. With it,
   * a file of one part costs one request more. What it throws is reported and changes nothing.
   */
  readonly onComplete?: (completed: S3Completed) => void | Promise<void>
  /** Other origins that may use the signer. The bucket has CORS rules of its own. @default none */
  readonly cors?: CorsOptions
  /** Told of what went wrong on the server's side. @default writes to the standard error stream */
  readonly onError?: ErrorReporter
  /** @default the system's */
  readonly clock?: Clock
}

/** Options with nothing left open. */
export interface ResolvedSignerOptions {
  readonly client: S3Client
  readonly bucket: string
  readonly basePath: string
  readonly authorize: Authorize | undefined
  readonly keyFor: NonNullable<S3SignerOptions['keyFor']>
  readonly maxSizeBytes: number
  readonly types: readonly string[] | undefined
  readonly checksum: 'auto' | ChecksumHeader | false
  readonly expiresInSeconds: number
  readonly sessionSeconds: number
  readonly secret: string | Uint8Array | undefined
  readonly objectParameters: (facts: KeyFacts) => S3ObjectParameters
  readonly urlFor: S3SignerOptions['urlFor']
  readonly onComplete: S3SignerOptions['onComplete']
  readonly cors: CorsOptions | undefined
  readonly onError: ErrorReporter
  readonly clock: Clock
  readonly limits: { readonly idleTimeoutMs: number }
}

const gibibyte = 1024 ** 3
const idleTimeoutMs = 30_000
/** The longest SigV4 allows. */
const weekSeconds = 7 * 24 * 60 * 60

/** Fills in the defaults; throws a TypeError naming the option that is wrong. */
export function resolveSignerOptions(options: S3SignerOptions): ResolvedSignerOptions {
  if (typeof options !== 'object' || options === null) rejectOption('options', 'an object', options)
  const { client, bucket, authorize, keyFor, objectParameters, urlFor, onComplete, cors, onError } = options
  if (typeof client?.send !== 'function' || typeof client.config?.signer !== 'function') {
    rejectOption('client', 'an S3Client of @aws-sdk/client-s3', typeof client)
  }
  if (typeof bucket !== 'string' || bucket === '') rejectOption('bucket', 'the name of a bucket', bucket)
  for (const [name, value] of Object.entries({
    authorize,
    keyFor,
    objectParameters,
    urlFor,
    onComplete,
    onError,
  })) {
    assertFunctionOption(name, value)
  }
  assertCorsOptions(cors)
  const { maxSizeBytes, types } = readLimits(options.limits)
  return {
    client,
    bucket,
    basePath: readBasePath(options.basePath),
    authorize,
    keyFor: keyFor ?? defaultKey,
    maxSizeBytes,
    types,
    checksum: readChecksum(options.checksum),
    expiresInSeconds: readSeconds('expiresInSeconds', options.expiresInSeconds, 900),
    sessionSeconds: integerOption('sessionSeconds', options.sessionSeconds, weekSeconds),
    secret: readSecret(options.secret),
    objectParameters: objectParameters ?? (() => ({})),
    urlFor,
    onComplete,
    cors,
    onError: onError ?? reportToStderr,
    clock: options.clock ?? systemClock,
    limits: { idleTimeoutMs },
  }
}

function readLimits(limits: S3SignerLimits = {}): Pick<ResolvedSignerOptions, 'maxSizeBytes' | 'types'> {
  if (typeof limits !== 'object' || limits === null) rejectOption('limits', 'an object', limits)
  const { types } = limits
  const areTypes =
    types === undefined ||
    (Array.isArray(types) &&
      types.every((type) => typeof type === 'string' && /^[^/\s]+\/[^/\s]+$/.test(type)))
  if (!areTypes) rejectOption('limits.types', "media types such as 'image/png' or 'image/*'", types)
  return {
    maxSizeBytes: integerOption('limits.maxSizeBytes', limits.maxSizeBytes, 10_000 * 5 * gibibyte, 0),
    types: types?.map((type) => type.toLowerCase()),
  }
}

function readChecksum(value: S3SignerOptions['checksum'] = 'auto'): ResolvedSignerOptions['checksum'] {
  if ([false, 'auto', 'x-amz-checksum-sha256', 'x-amz-content-sha256'].includes(value)) return value
  return rejectOption('checksum', "'auto', 'x-amz-checksum-sha256', 'x-amz-content-sha256' or false", value)
}

function readSeconds(name: string, value: unknown, fallback: number): number {
  const seconds = integerOption(name, value, fallback)
  return seconds <= weekSeconds ? seconds : rejectOption(name, 'at most 604800 (7 days)', value)
}

function readSecret(secret: S3SignerOptions['secret']): string | Uint8Array | undefined {
  const isGood =
    typeof secret === 'string' || secret instanceof Uint8Array ? secret.length >= 16 : secret === undefined
  return isGood ? secret : rejectOption('secret', 'at least 16 characters or bytes', typeof secret)
}

function readBasePath(value: unknown = '/s3'): string {
  // Not the root: then every path of the app would be ours.
  if (typeof value === 'string' && /^(\/[\w.~-]+)+$/.test(value)) return value
  return rejectOption('basePath', "a path such as '/s3', without a slash at its end", value)
}
