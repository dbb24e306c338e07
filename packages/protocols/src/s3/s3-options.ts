import { type Json, type Metadata, misuse } from '@lading/core/engine'
import type { S3Signer } from './s3-signer.ts'

/** The options of `s3` that do not depend on who signs. */
export interface S3CommonOptions {
  /**
   * Files up to this size are one PUT, in bytes; at most 5 GiB. Larger ones go in parts of the uploader's
   * `chunkSizeBytes` (at least 5 MiB; 16 MiB if it has none). @default 16 MiB
   */
  readonly singlePutBytes?: number
  /**
   * Whether each part's SHA-256 is computed before it is sent, so that the signature binds it and the store refuses
   * other bytes. @default 'sha-256'
   */
  readonly checksum?: 'sha-256' | false
}

/** The options of `s3`. */
export type S3Options<
  Session extends Json = Json,
  Result = unknown,
  Meta extends Metadata = Metadata,
> = S3CommonOptions &
  (
    | {
        /** Where `createS3Signer` of `@lading/server/s3` is mounted. */
        readonly endpoint: string
        readonly signer?: never
      }
    | {
        /** A backend of your own. */
        readonly signer: S3Signer<Session, Result, Meta>
        readonly endpoint?: never
      }
  )

const mostPutBytes = 5 * 1024 ** 3
const names = new Set(['endpoint', 'signer', 'singlePutBytes', 'checksum'])

/** Throws a TypeError that names the first option that is wrong, missing or unknown. */
export function checkS3Options(options: unknown): void {
  if (typeof options !== 'object' || options === null) throw misuse('options', 'an object', options)
  const { endpoint, signer, singlePutBytes, checksum } = options as Record<string, unknown>
  if (signer === undefined) {
    if (typeof endpoint !== 'string' || endpoint === '') throw misuse('endpoint', 'a path or a URL', endpoint)
  } else {
    if (endpoint !== undefined) throw misuse('endpoint', 'left out where `signer` is given', endpoint)
    checkSigner(signer)
  }
  if (singlePutBytes !== undefined && !isPutSize(singlePutBytes)) {
    throw misuse('singlePutBytes', 'a whole number of bytes up to 5 GiB', singlePutBytes)
  }
  if (checksum !== undefined && checksum !== false && checksum !== 'sha-256') {
    throw misuse('checksum', "'sha-256' or false", checksum)
  }
  for (const name of Object.keys(options)) {
    if (!names.has(name)) throw new TypeError(`Unknown option \`${name}\``)
  }
}

function checkSigner(signer: unknown): void {
  if (typeof signer !== 'object' || signer === null)
    throw misuse('signer', 'an object with functions', signer)
  for (const name of ['begin', 'sign', 'complete']) {
    const value: unknown = Reflect.get(signer, name)
    if (typeof value !== 'function') throw misuse(`signer.${name}`, 'a function', value)
  }
  for (const name of ['list', 'abort']) {
    const value: unknown = Reflect.get(signer, name)
    if (value !== undefined && typeof value !== 'function')
      throw misuse(`signer.${name}`, 'a function', value)
  }
}

function isPutSize(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= mostPutBytes
}
