import { type Transport, type TransportRequest, type TransportResponse, UploadError } from '@lading/core'
import { respond, type ServerAnswer } from './server-answer.ts'

/** Whoever answers requests that arrive. */
export interface NetworkServer {
  handle(request: TransportRequest): Promise<ServerAnswer>
}

/** One request on its way. */
export interface NetworkCall {
  readonly request: TransportRequest
  /** Neither answered nor cut nor called off. */
  readonly isOpen: boolean
  /** The server has heard of it. */
  readonly hasArrived: boolean
  /** The network has taken so many bytes. */
  sent(bytes: number): void
  /** Lets it reach the server, once, and keeps what that answers; a request that was called off may still arrive. */
  arrive(): Promise<ServerAnswer>
  /** Lets an answer through: the given one, or the server's. */
  answer(given?: ServerAnswer): Promise<void>
  /** Breaks the connection: whether the server has heard of it is another matter. */
  cut(): void
}

/** A transport that a test is the network of. */
export interface ScriptedNetwork extends Transport {
  /** What is under way. */
  readonly calls: readonly NetworkCall[]
  /** Everything that was ever sent. */
  readonly log: readonly TransportRequest[]
  /** The most that was under way at once. */
  peak(): number
  /** What happens to each request. @default it is answered by the server */
  policy: (call: NetworkCall) => void
  /** The oldest request under way whose method and URL begin with this. Throws where there is none. */
  call(start: string): NetworkCall
}

/** Makes a network in front of a server. */
export function scriptedNetwork(server: NetworkServer): ScriptedNetwork {
  const calls: Call[] = []
  const log: TransportRequest[] = []
  let peak = 0
  const network: ScriptedNetwork = {
    calls,
    log,
    peak: () => peak,
    policy: (call) => void call.answer(),
    call(start) {
      const found = calls.find(({ request: { method, url } }) => `${method} ${url}`.startsWith(start))
      if (!found) throw new Error(`No request ${start} is under way`)
      return found
    },
    send: (request) =>
      new Promise((resolve, reject) => {
        const call = new Call(request, server, {
          resolve,
          reject,
          over: () => calls.splice(calls.indexOf(call), 1),
        })
        log.push(request)
        peak = Math.max(peak, calls.push(call))
        network.policy(call)
      }),
  }
  return network
}

interface Line {
  resolve(response: TransportResponse): void
  reject(error: unknown): void
  over(): void
}

class Call implements NetworkCall {
  readonly request: TransportRequest
  isOpen = true
  readonly #server: NetworkServer
  readonly #line: Line
  #arrived: Promise<ServerAnswer> | undefined
  readonly #abort = (): void => this.#fail('aborted')

  constructor(request: TransportRequest, server: NetworkServer, line: Line) {
    this.request = request
    this.#server = server
    this.#line = line
    request.signal.addEventListener('abort', this.#abort, { once: true })
  }

  get hasArrived(): boolean {
    return this.#arrived !== undefined
  }

  sent(bytes: number): void {
    if (this.isOpen) this.request.onSent?.(bytes)
  }

  arrive(): Promise<ServerAnswer> {
    this.#arrived ??= this.#server.handle(this.request)
    return this.#arrived
  }

  async answer(given?: ServerAnswer): Promise<void> {
    const answer = given ?? (await this.arrive().catch(() => undefined))
    // Its body could not be read.
    if (!answer) return this.cut()
    if (!this.isOpen) return
    this.#end()
    this.#line.resolve(respond(this.request.url, answer))
  }

  cut(): void {
    this.#fail('network')
  }

  #fail(code: 'aborted' | 'network'): void {
    if (!this.isOpen) return
    this.#end()
    this.#line.reject(new UploadError(code))
  }

  #end(): void {
    this.isOpen = false
    this.request.signal.removeEventListener('abort', this.#abort)
    this.#line.over()
  }
}
