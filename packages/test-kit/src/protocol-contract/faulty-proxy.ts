import type { EventEmitter } from 'node:events'
import {
  type ClientRequest,
  createServer,
  type IncomingMessage,
  request as makeRequest,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'

/** One request as it passed. */
export interface SeenRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  /** Bytes of the body that were let through. */
  bodyBytes: number
  /** The status of the answer that was let through; `undefined` as long as there is none. */
  status: number | undefined
}

/** A proxy on loopback that passes everything on as it is, until it is told to break something. */
export interface FaultyProxy {
  readonly origin: string
  /** Every request since the start, in the order of their heads. */
  readonly seen: readonly SeenRequest[]
  /** How often a fault has struck: a test of a fault that never came proves nothing. */
  readonly strikes: number
  /** Breaks every line as soon as this many payload bytes have passed from now on. */
  cutAfter(bytes: number): void
  /** Breaks each line that has carried this many payload bytes in one request, again and again. */
  cutEvery(bytes: number): void
  /** Lets this many payload bytes pass and holds the rest back; resolves when the next one waits. */
  holdAfter(bytes: number): Promise<void>
  /** Lets everything pass again, also what was held back. */
  release(): void
  /** Breaks every line, so that what was held back never arrives, and lets everything pass again. */
  breakLines(): void
  /** The server gets the nth request from now, from 0, and its answer is lost on the way. */
  loseAnswer(nth: number): void
  /** Breaks every line, and takes no new ones until {@link up}. */
  down(): Promise<void>
  up(): Promise<void>
  close(): Promise<void>
}

/** Whether a request carries bytes of files. */
export type IsPayload = (request: SeenRequest) => boolean

/** Starts a proxy in front of a server. */
export async function faultyProxy(target: string, isPayload: IsPayload): Promise<FaultyProxy> {
  const proxy = new LoopbackProxy(new URL(target), isPayload)
  await proxy.up()
  return proxy
}

const unlimited = Number.POSITIVE_INFINITY

class LoopbackProxy implements FaultyProxy {
  readonly seen: SeenRequest[] = []
  strikes = 0
  readonly #lines = new Set<() => void>()
  readonly #target: URL
  readonly #isPayload: IsPayload
  readonly #server = createServer((request, response) => this.#pass(request, response))
  #port = 0
  /** Payload bytes that may still pass before the fault strikes. */
  #budget = unlimited
  #fault: 'cut' | 'hold' | undefined
  #perRequest = unlimited
  #answerToLose = -1
  #onHeld: () => void = () => {}
  #released: Promise<void> = Promise.resolve()
  #onReleased: () => void = () => {}

  constructor(target: URL, isPayload: IsPayload) {
    this.#target = target
    this.#isPayload = isPayload
  }

  get origin(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  cutAfter(bytes: number): void {
    this.#fault = 'cut'
    this.#budget = bytes
  }

  cutEvery(bytes: number): void {
    this.#perRequest = bytes
  }

  holdAfter(bytes: number): Promise<void> {
    this.#fault = 'hold'
    this.#budget = bytes
    this.#released = new Promise((released) => {
      this.#onReleased = released
    })
    return new Promise((held) => {
      this.#onHeld = held
    })
  }

  release(): void {
    this.#fault = undefined
    this.#budget = unlimited
    this.#perRequest = unlimited
    this.#onReleased()
  }

  breakLines(): void {
    for (const cut of this.#lines) cut()
    this.release()
  }

  loseAnswer(nth: number): void {
    this.#answerToLose = this.seen.length + nth
  }

  async up(): Promise<void> {
    await new Promise<void>((up) => this.#server.listen(this.#port, '127.0.0.1', up))
    this.#port = (this.#server.address() as AddressInfo).port
  }

  async down(): Promise<void> {
    const isDown = new Promise((down) => this.#server.close(down))
    this.#server.closeAllConnections()
    await isDown
  }

  async close(): Promise<void> {
    this.release()
    await this.down()
  }

  #pass(request: IncomingMessage, response: ServerResponse): void {
    // The socket itself is what breaks: a request whose body has been read is over, and its line still stands.
    const { method = '', url: path = '', headers, socket } = request
    const isAnswerLost = this.seen.length === this.#answerToLose
    const seen: SeenRequest = { method, path, headers, bodyBytes: 0, status: undefined }
    this.seen.push(seen)
    const { hostname: host, port } = this.#target
    const { connection: _, ...passed } = headers
    const upstream = makeRequest({ host, port, method, path, headers: passed, agent: false })
    const cut = (): void => {
      upstream.destroy()
      socket.destroy()
    }
    this.#lines.add(cut)
    // A server that has answered may hang up on the rest of a body: the answer is still to be passed on.
    const onBreak = (): void => (seen.status === undefined ? cut() : void request.resume())
    upstream.once('response', (answer) => {
      answer.once('error', cut)
      if (isAnswerLost) {
        this.strikes++
        answer.resume().once('end', cut)
        return
      }
      seen.status = answer.statusCode
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    upstream.on('error', onBreak)
    response.once('close', () => {
      this.#lines.delete(cut)
      upstream.destroy()
    })
    upstream.flushHeaders()
    this.#pump(request, upstream, seen).catch(onBreak)
  }

  async #pump(request: IncomingMessage, upstream: ClientRequest, seen: SeenRequest): Promise<void> {
    const isPayload = this.#isPayload(seen)
    for await (const piece of request) {
      if (!isPayload) await write(upstream, piece as Buffer, seen)
      else await this.#passBytes(upstream, piece as Buffer, seen)
    }
    if (isPayload && this.#isCut(seen)) await this.#cut(upstream)
    upstream.end()
  }

  async #passBytes(upstream: ClientRequest, piece: Buffer, seen: SeenRequest): Promise<void> {
    let rest = piece
    while (rest.length > 0) {
      if (this.#isCut(seen)) await this.#cut(upstream)
      while (this.#fault === 'hold' && this.#budget <= 0) {
        this.strikes++
        this.#onHeld()
        await this.#released
      }
      const passing = rest.subarray(0, Math.min(this.#budget, this.#perRequest - seen.bodyBytes))
      rest = rest.subarray(passing.length)
      this.#budget -= passing.length
      await write(upstream, passing, seen)
    }
  }

  #isCut({ bodyBytes }: SeenRequest): boolean {
    return (this.#fault === 'cut' && this.#budget <= 0) || bodyBytes >= this.#perRequest
  }

  /** Never returns: what has passed so far reaches the server, and then the line breaks, or all of them. */
  async #cut(upstream: ClientRequest): Promise<never> {
    const isForAll = this.#fault === 'cut'
    this.strikes++
    if (isForAll) this.release()
    await flushed(upstream)
    if (isForAll) this.#server.closeAllConnections()
    throw new Error('The line broke')
  }
}

async function write(upstream: ClientRequest, piece: Buffer, seen: SeenRequest): Promise<void> {
  if (upstream.destroyed) return
  seen.bodyBytes += piece.length
  if (!upstream.write(piece)) await first(upstream, 'drain', 'close')
}

/** Resolves when the connection stands and has what was written. */
async function flushed(upstream: ClientRequest): Promise<void> {
  if (!upstream.socket && !upstream.destroyed) await first(upstream, 'socket', 'close')
  if (upstream.socket?.connecting) await first(upstream.socket, 'connect', 'close')
  const { socket } = upstream
  if (socket?.writable) await new Promise((done) => socket.write('', done))
}

/** Resolves at the first of several events. */
function first(emitter: EventEmitter, ...names: readonly string[]): Promise<void> {
  return new Promise((resolve) => {
    const listener = (): void => {
      for (const name of names) emitter.off(name, listener)
      resolve()
    }
    for (const name of names) emitter.on(name, listener)
  })
}
