import { readAccess } from './access.ts'
import { Claims } from './claims.ts'
import { corsHeaders, preflightHeaders } from './cors.ts'
import { findAction } from './dispatch.ts'
import { ForeignResponse, type Incoming, json, noContent, type Outgoing, problemAnswer } from './exchange.ts'
import { ExclusiveRegistry } from './exclusive-registry.ts'
import { Problem, problem } from './problem.ts'
import { BrokenBody, type RequestBody } from './request-body.ts'
import type { ServerContext } from './server-context.ts'
import type { ResolvedOptions } from './server-options.ts'
import { SharedRegistry } from './shared-registry.ts'
import { StorageUnavailable } from './shared-storage.ts'
import type { FileRecord } from './storage.ts'
import { findTusAction } from './tus/find-tus-action.ts'
import { speaksTus, tusHeaders, tusOptions } from './tus/tus-headers.ts'
import { wireLimits } from './upload-limits.ts'
import type { UploadRegistry } from './upload-registry.ts'
import type { WireOptions, WireResult } from './wire.ts'

const LONGEST_SWEEP_INTERVAL_MS = 10 * 60 * 1000

/** Answers requests, from whatever runtime they come. */
export class UploadEngine {
  readonly options: ResolvedOptions
  readonly #context: ServerContext
  /** What is going on, and the body it reads if it does; the storage is not closed before all of it has ended. */
  readonly #active = new Map<Promise<unknown>, RequestBody | undefined>()
  #starting: Promise<void> | undefined
  #closing: Promise<void> | undefined
  #stopSweeping = (): void => undefined

  constructor(options: ResolvedOptions) {
    this.options = options
    const { basePath, limits, instant, authorize, storage, clock, random } = options
    const resultOf = (file: FileRecord): WireResult => resultFor(file, options.publicUrl)
    const onPublished = (file: FileRecord): Promise<void> => this.#announce(file)
    const around = { clock, random, resultOf, onPublished, onError: options.onError }
    const registry: UploadRegistry =
      'isShared' in storage
        ? new SharedRegistry(storage, limits, around)
        : new ExclusiveRegistry(storage, limits, around)
    const keyClaims = new Claims<string>()
    this.#context = {
      basePath,
      limits,
      instant,
      authorize,
      storage,
      registry,
      keyClaims,
      clock,
      random,
      resultOf,
    }
  }

  /** Whether a path is one of ours. */
  isOurs(path: string): boolean {
    const { basePath } = this.options
    return path === basePath || path.startsWith(`${basePath}/`)
  }

  /** Starts the storage, once; a start that failed is tried again by the next who asks. */
  async ready(): Promise<void> {
    if (this.#closing) throw problem('unavailable')
    this.#starting ??= this.#start()
    try {
      await this.#starting
    } catch (error) {
      this.#starting = undefined
      throw error
    }
  }

  /** Answers one request; never rejects. */
  async answer(incoming: Incoming): Promise<Outgoing | ForeignResponse> {
    const { cors, tus } = this.options
    const origin = incoming.header('origin')
    const more = { ...corsHeaders(cors, origin), ...(tus && speaksTus(incoming) ? tusHeaders : {}) }
    if (incoming.method === 'OPTIONS' && incoming.header('access-control-request-method') !== undefined) {
      const requested = incoming.header('access-control-request-headers')
      return noContent({ ...more, ...preflightHeaders(cors, origin, requested) })
    }
    const handling = this.#track(this.#handle(incoming), incoming.body)
    const answer = await handling.catch((error: unknown) => this.#explain(error, incoming))
    if (answer instanceof ForeignResponse) return answer
    return { ...answer, headers: { ...answer.headers, ...more } }
  }

  /** Drops what has been abandoned. */
  async sweep(): Promise<{ readonly expired: number }> {
    await this.ready()
    return { expired: await this.#track(this.#context.registry.sweep()) }
  }

  /** Ends what is being received, and lets go of the storage. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    this.#stopSweeping()
    const hasStarted = await this.#starting?.then(
      () => true,
      () => false,
    )
    for (const body of this.#active.values()) body?.cancel(problem('unavailable'))
    await Promise.allSettled(this.#active.keys())
    if (hasStarted) await this.options.storage.close()
  }

  #track<T>(work: Promise<T>, body?: RequestBody): Promise<T> {
    const forget = (): void => {
      this.#active.delete(work)
    }
    this.#active.set(work, body)
    work.then(forget, forget)
    return work
  }

  async #handle(incoming: Incoming): Promise<Outgoing> {
    const { basePath, authorize, limits, tus } = this.options
    if (!this.isOurs(incoming.path)) throw problem('not-found')
    const isBase = incoming.path === basePath
    if (isBase && incoming.method === 'OPTIONS') {
      const body: WireOptions = { protocol: 'lading', version: 1, limits: wireLimits(limits) }
      return json(200, body, tus ? tusOptions(limits) : {})
    }
    const rest = isBase ? undefined : incoming.path.slice(basePath.length + 1)
    if (tus && incoming.method === 'OPTIONS' && !rest?.includes('/')) return noContent(tusOptions(limits))
    const ofTus = tus ? findTusAction(incoming, rest) : undefined
    const { operation, handle, id } = ofTus ?? findAction(incoming.method, rest)
    const access = await readAccess(authorize, incoming, operation)
    await this.#assertReady()
    return handle(this.#context, incoming, access, id)
  }

  async #assertReady(): Promise<void> {
    try {
      await this.ready()
    } catch (error) {
      if (!(error instanceof Problem)) this.options.onError(error, 'starting the storage')
      throw unavailable(error)
    }
  }

  #explain(error: unknown, { method, path }: Incoming): Outgoing | ForeignResponse {
    if (error instanceof ForeignResponse) return error
    if (error instanceof Problem) return problemAnswer(error)
    if (error instanceof BrokenBody) return problemAnswer(problem('length-mismatch'))
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOSPC' || code === 'EDQUOT') return problemAnswer(problem('storage-full'))
    this.options.onError(error, `${method} ${path}`)
    return problemAnswer(error instanceof StorageUnavailable ? unavailable(error) : problem('internal'))
  }

  async #start(): Promise<void> {
    const publishedNow = await this.#context.registry.start()
    this.#sweepLater()
    for (const file of publishedNow) await this.#announce(file)
  }

  #sweepLater(): void {
    const { clock, limits, onError } = this.options
    const lifeMs = limits.expiresAfterMs ?? LONGEST_SWEEP_INTERVAL_MS
    this.#stopSweeping = clock.setTimeout(
      () => {
        this.#track(this.#context.registry.sweep())
          .catch((error: unknown) => onError(error, 'sweeping'))
          .finally(() => {
            if (!this.#closing) this.#sweepLater()
          })
      },
      Math.min(LONGEST_SWEEP_INTERVAL_MS, lifeMs),
    )
  }

  async #announce(file: FileRecord): Promise<void> {
    const { onComplete, onError, publicUrl } = this.options
    const { owner, metadata } = file
    try {
      await onComplete?.({
        result: resultFor(file, publicUrl),
        ...(owner === undefined ? {} : { owner }),
        ...(metadata === undefined ? {} : { metadata }),
      })
    } catch (error) {
      onError(error, 'onComplete')
    }
  }
}

function unavailable(error: unknown): Problem {
  const detail = error instanceof StorageUnavailable ? error.detail : undefined
  return problem('unavailable', detail === undefined ? {} : { detail })
}

function resultFor({ id, name, size, type, digest }: FileRecord, publicUrl: string): WireResult {
  return { id, name, size, type, digest, url: `${publicUrl}/files/${id}` }
}
