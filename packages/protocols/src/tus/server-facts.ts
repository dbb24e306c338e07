import { type Reply, type RequestContext, statusError, toUploadError, UploadError } from '@lading/core/engine'
import { byteCount } from './response-headers.ts'

/** What a server says of itself. */
export interface ServerFacts {
  readonly extensions: ReadonlySet<string>
  /** The largest upload. */
  readonly maxSize?: number
  /** Checksum algorithms, as the server calls them. */
  readonly algorithms: readonly string[]
}

const nothingKnown: ServerFacts = { extensions: new Set(), algorithms: [] }
/** How often a server that cannot be asked is asked all the same. */
const maxTries = 2

/**
 * Asks a server once what it can do, for all uploads of one protocol. A server that does not say can do what it must.
 */
export class ServerInquiry {
  readonly #endpoint: string
  /** Whether uploads must not begin without an answer. */
  readonly #isNeeded: boolean
  #facts: ServerFacts | undefined
  #asking: Promise<ServerFacts | undefined> | undefined
  #failures = 0

  constructor(endpoint: string, isNeeded: boolean) {
    this.#endpoint = endpoint
    this.#isNeeded = isNeeded
  }

  /** What is known so far; once there is something, it stays. */
  get facts(): ServerFacts | undefined {
    return this.#facts
  }

  /** Resolves with what the server says. Throws where it was needed and could not be had, and for another tus. */
  async ask(ctx: RequestContext): Promise<ServerFacts> {
    while (!this.#facts) {
      if (this.#asking) {
        // Of another upload, which may end before there is an answer.
        await this.#asking.catch(() => undefined)
        continue
      }
      this.#asking = this.#request(ctx)
      try {
        this.#facts = await this.#asking
        if (!this.#facts) return nothingKnown
      } finally {
        this.#asking = undefined
      }
    }
    return this.#facts
  }

  /** `undefined` where there is no answer, which may be another time. */
  async #request(ctx: RequestContext): Promise<ServerFacts | undefined> {
    try {
      const reply = await ctx.request({ method: 'OPTIONS', url: this.#endpoint, accept: () => true })
      if (isPassing(reply.status)) throw statusError(reply, ctx.now())
      return factsOf(reply)
    } catch (error) {
      const { code } = toUploadError(error)
      if (this.#isNeeded || code === 'aborted' || code === 'unsupported') throw error
      // Browsers say "network" where CORS forbids the question; the uploads themselves may still be allowed.
      return ++this.#failures >= maxTries ? nothingKnown : undefined
    }
  }
}

/** Whether a status says more about the moment or who asks than about the server. */
function isPassing(status: number): boolean {
  return [401, 403, 408, 425, 429].includes(status) || status >= 500
}

function factsOf(reply: Reply): ServerFacts {
  if (reply.status < 200 || reply.status >= 300) return nothingKnown
  const versions = listOf(reply, 'Tus-Version')
  if (versions.length > 0 && !versions.includes('1.0.0')) {
    throw new UploadError('unsupported', {
      message: `The server speaks tus ${versions.join(', ').slice(0, 80)}, not 1.0.0`,
    })
  }
  const maxSize = byteCount(reply, 'Tus-Max-Size')
  return {
    extensions: new Set(listOf(reply, 'Tus-Extension')),
    algorithms: listOf(reply, 'Tus-Checksum-Algorithm'),
    ...(maxSize && { maxSize }),
  }
}

function listOf(reply: Reply, name: string): string[] {
  const items = (reply.header(name) ?? '').split(',').map((item) => item.trim())
  return items.filter((item) => item !== '')
}
