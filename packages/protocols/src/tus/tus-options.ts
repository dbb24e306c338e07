import type { Credentials, FileFacts, Metadata } from '@lading/core/engine'
import { checkOptions, type OptionRule } from '../check-options.ts'
import { parseUrl } from './parse-url.ts'
import type { TusMetadata } from './upload-metadata.ts'

/** What is known of a finished upload. */
export interface TusResult {
  /** The upload's URL, absolute; where lanes were joined, that of the whole. */
  readonly url: string
  readonly name: string
  readonly size: number
  readonly type: string
  /** The body of the answer that finished it: empty where there was none, and where that answer was lost. */
  readonly answer: string
  /** The `resultHeaders` that some answer had, by the names you gave. */
  readonly headers: Readonly<Record<string, string>>
}

/** The options of `tus`. */
export interface TusOptions<Result = TusResult, Meta extends Metadata = Metadata> {
  /** Where uploads are created; relative to the page, or to the `baseURL` of the app's axios instance. */
  readonly endpoint: string
  /**
   * What goes into `Upload-Metadata`; `undefined` and `null` are left out.
   * @default `filename`, `filetype` where there is one, and what of the file's metadata is text, number or boolean
   */
  readonly metadata?: (file: FileFacts<Meta>) => TusMetadata | Promise<TusMetadata>
  /**
   * How many parts of one file go at once, where the server offers concatenation: the file is sent as so many partial
   * uploads, and joined. Many servers copy the file for that, and hooks there see the partial ones too.
   * @default false: one after another
   */
  readonly parallel?: number | false
  /** Whether parts carry a SHA-256 or SHA-1, where the server offers to check one. @default true */
  readonly checksum?: boolean
  /**
   * Whether files of up to 1 MiB that fit into one part go along with their creation, where the server offers that: one
   * request instead of two. If its answer is lost, the server has the file twice: nothing in tus tells a repetition.
   * @default false
   */
  readonly dataDuringCreation?: boolean
  /**
   * Other origins the server may send uploads to, such as `{ 'https://eu.example.org': 'none' }`, and whether the app's
   * headers, cookies and interceptors go along (`'app'`). To any other origin than the endpoint's nothing is sent.
   */
  readonly origins?: Readonly<Record<string, Credentials>>
  /** Response headers that are kept for the result, of the creation and of the end: `['Stream-Media-Id']`. */
  readonly resultHeaders?: readonly string[]
  /** Makes the result. One that throws fails the upload with `bad-response`, or with the `UploadError` it throws. */
  readonly parseResult?: (finished: TusResult) => Result | Promise<Result>
}

/** The most lanes: more only fight each other, and each is a request that begins and one that asks. */
const maxLanes = 32

const rules: Readonly<Record<keyof TusOptions, OptionRule>> = {
  endpoint: ['a URL', (value) => typeof value === 'string' && value !== ''],
  metadata: ['a function', isFunction],
  parallel: [`an integer from 1 to ${maxLanes}, or false`, (value) => value === false || isLaneCount(value)],
  checksum: ['true or false', isBoolean],
  dataDuringCreation: ['true or false', isBoolean],
  origins: ["origins such as `https://example.org` with 'app' or 'none' each", isOrigins],
  resultHeaders: ['a list of header names', (value) => Array.isArray(value) && value.every(isHeaderName)],
  parseResult: ['a function', isFunction],
}

/** Throws a TypeError that names the first option that is wrong, missing or unknown. */
export function checkTusOptions(options: unknown): void {
  checkOptions(options, rules, ['endpoint'])
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function'
}

function isBoolean(value: unknown): boolean {
  return typeof value === 'boolean'
}

function isLaneCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 1 && Number(value) <= maxLanes
}

function isHeaderName(value: unknown): boolean {
  return typeof value === 'string' && /^[!#$%&'*+.^_`|~\w-]+$/.test(value)
}

function isOrigins(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return Object.entries(value).every(
    ([origin, credentials]) =>
      (credentials === 'app' || credentials === 'none') && parseUrl(origin)?.origin === origin,
  )
}
