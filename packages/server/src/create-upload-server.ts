import { answerRequest, answersBy } from './answering.ts'
import { resolveOptions, type UploadServerOptions } from './server-options.ts'
import { UploadEngine } from './upload-engine.ts'

/** The receiving side of Lading. */
export interface UploadServer {
  /** Answers a web request; never rejects. For Node's own requests see `toNodeListener`. */
  readonly fetch: (request: Request) => Promise<Response>
  /** Starts the storage, which else the first request does; rejects if that cannot be, and can be called again. */
  readonly ready: () => Promise<void>
  /** Drops uploads that have been abandoned; it also happens by itself. */
  readonly sweep: () => Promise<{ readonly expired: number }>
  /** Ends the requests that are being received (they can go on after a restart), and lets go of the storage. */
  readonly close: () => Promise<void>
}

/**
 * Makes a server; it listens to nothing itself.
 *
 * @example
 * const server = createUploadServer({ storage: diskStorage('./uploads') })
 * createServer(toNodeListener(server)).listen(8787)
 */
export function createUploadServer(options: UploadServerOptions): UploadServer {
  const engine = new UploadEngine(resolveOptions(options))
  return answersBy<UploadServer>(
    {
      fetch: (request) => answerRequest(engine, request),
      ready: () => engine.ready(),
      sweep: () => engine.sweep(),
      close: () => engine.close(),
    },
    engine,
  )
}
