import type { Authorize } from './access.ts'
import { assertCorsOptions, type CorsOptions } from './cors.ts'
import { assertFunctionOption, rejectOption } from './expect-option.ts'
import { reportToStderr, systemClock, systemRandom } from './node-ports.ts'
import type { Clock, ErrorReporter, Random } from './ports.ts'
import type { SharedStorage } from './shared-storage.ts'
import type { Storage } from './storage.ts'
import { type UploadLimits, uploadLimits } from './upload-limits.ts'
import type { Json, WireResult } from './wire.ts'

/** A file that has just been published. */
export interface Completed {
  readonly result: WireResult
  readonly owner?: string
  readonly metadata?: { readonly [member: string]: Json }
}

/** Options of `createUploadServer`. */
export interface UploadServerOptions {
  readonly storage: Storage | SharedStorage
  /** The path everything lives under, as the client sees it. @default '/uploads' */
  readonly basePath?: string
  /** Who may do what. Without it everybody may do everything they know the id of. */
  readonly authorize?: Authorize
  readonly limits?: Partial<UploadLimits>
  /**
   * Told of every file, once it is durable and before the client is told; the answer waits for it.
   * What it throws is reported and changes nothing: the file is there. A crash just then may swallow the call.
   */
  readonly onComplete?: (completed: Completed) => void | Promise<void>
  /**
   * Whether tus 1.0.0 is spoken too, under the same paths: for tus-js-client, Uppy and their like.
   * @default false
   */
  readonly tus?: boolean
  /**
   * Whether content that an owner has sent before becomes a file without being sent again, where the client asks for
   * that. Without an owner there is nobody whose it could be, and the answer is always no.
   * @default 'owner'
   */
  readonly instant?: false | 'owner'
  /** Other origins that may use the server. @default none */
  readonly cors?: CorsOptions
  /** The address of the base as the world sees it, put before the URLs of files. @default `basePath` */
  readonly publicUrl?: string
  /** Told of what went wrong on the server's side. @default writes to the standard error stream */
  readonly onError?: ErrorReporter
  /** @default the system's */
  readonly clock?: Clock
  /** @default the system's */
  readonly random?: Random
}

/** Options with nothing left open. */
export interface ResolvedOptions {
  readonly storage: Storage | SharedStorage
  readonly basePath: string
  readonly authorize: Authorize | undefined
  readonly limits: UploadLimits
  readonly onComplete: UploadServerOptions['onComplete']
  readonly tus: boolean
  readonly instant: false | 'owner'
  readonly cors: CorsOptions | undefined
  readonly publicUrl: string
  readonly onError: ErrorReporter
  readonly clock: Clock
  readonly random: Random
}

/** Fills in the defaults; throws a TypeError naming the option that is wrong. */
export function resolveOptions(options: UploadServerOptions): ResolvedOptions {
  if (typeof options !== 'object' || options === null) rejectOption('options', 'an object', options)
  const { storage, authorize, onComplete, tus = false, cors, onError = reportToStderr } = options
  if (typeof storage?.start !== 'function')
    rejectOption('storage', 'a storage, such as diskStorage(…) or s3Storage(…)', storage)
  assertFunctionOption('authorize', authorize)
  assertFunctionOption('onComplete', onComplete)
  assertFunctionOption('onError', onError)
  if (typeof tus !== 'boolean') rejectOption('tus', 'a boolean', tus)
  const { instant = 'owner' } = options
  if (instant !== false && instant !== 'owner') rejectOption('instant', "false or 'owner'", instant)
  assertCorsOptions(cors)
  const basePath = readBasePath(options.basePath)
  return {
    storage,
    basePath,
    authorize,
    limits: uploadLimits(options.limits),
    onComplete,
    tus,
    instant,
    cors,
    publicUrl: options.publicUrl === undefined ? basePath : readPublicUrl(options.publicUrl),
    onError,
    clock: options.clock ?? systemClock,
    random: options.random ?? systemRandom,
  }
}

function readBasePath(value: unknown = '/uploads'): string {
  // Not the root: then every path of the app would be ours.
  if (typeof value === 'string' && /^(\/[\w.~-]+)+$/.test(value)) return value
  return rejectOption('basePath', "a path such as '/uploads', without a slash at its end", value)
}

function readPublicUrl(value: unknown): string {
  if (typeof value === 'string' && /^https?:\/\//.test(value) && URL.canParse(value)) {
    // In ASCII, whatever it was written in: it goes into headers.
    return new URL(value).href.replace(/\/+$/, '')
  }
  return rejectOption('publicUrl', 'an absolute http(s) URL', value)
}
