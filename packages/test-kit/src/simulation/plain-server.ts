import type { TransportRequest } from '@lading/core'
import { outOfStep, type PlainOpening, type PlainResult, PlainSession } from './plain-session.ts'
import type { NetworkServer } from './scripted-network.ts'
import type { ServerAnswer } from './server-answer.ts'

/** A server in memory that keeps the truth: what it stored, and what was sent to it in vain. */
export class PlainServer implements NetworkServer {
  readonly sessions: Map<string, PlainSession> = new Map()
  /** Published files by the id in their result. */
  readonly files: Map<string, Uint8Array> = new Map()
  /** Content that is there already, by its root. */
  readonly known: Map<string, PlainResult> = new Map()
  /** Looks at each request before it is handled; what it gives back is the answer. */
  intercept: ((request: TransportRequest) => ServerAnswer | undefined) | undefined
  /** What is written in place of the bytes of a chunk. */
  corrupt: ((chunk: number, bytes: Uint8Array) => Uint8Array) | undefined
  #ids = 0

  /** How many chunks were sent although they had landed. */
  get resent(): number {
    let sum = 0
    for (const session of this.sessions.values()) sum += session.resent
    return sum
  }

  async handle(request: TransportRequest): Promise<ServerAnswer> {
    const intercepted = this.intercept?.(request)
    if (intercepted) return intercepted
    const { pathname } = new URL(request.url, 'http://simulated')
    if (pathname === '/open') return this.#open(json<PlainOpening>(request))
    if (pathname === '/match') {
      const result = this.known.get(json<{ root: string }>(request).root)
      return { body: result ? { match: 'yes', result } : { match: 'no' } }
    }
    const [, id = '', action] = pathname.split('/')
    const session = this.sessions.get(id)
    if (!session) return { status: 404, body: { lost: 'gone' } }
    if (action === 'complete') return this.#complete(id, session, json<{ root?: string }>(request).root)
    if (request.method === 'DELETE') return { status: this.sessions.delete(id) ? 204 : 404 }
    if (request.method === 'GET')
      return { body: session.result ? doneWith(session.result) : session.report() }
    return session.result ? outOfStep : this.#write(session, request)
  }

  #open(opening: PlainOpening): ServerAnswer {
    for (const [id, session] of this.sessions) {
      if (session.opening.key !== opening.key) continue
      return { body: session.result ? doneWith(session.result) : { session: id, landed: session.report() } }
    }
    const id = `s${this.#ids++}`
    this.sessions.set(id, new PlainSession(opening))
    return { body: { session: id } }
  }

  async #write(session: PlainSession, { url, headers, body }: TransportRequest): Promise<ServerAnswer> {
    const { searchParams } = new URL(url, 'http://simulated')
    const bytes = body?.kind === 'blob' ? await body.blob.arrayBuffer() : new ArrayBuffer()
    session.corrupt = this.corrupt
    return session.write(Number(searchParams.get('offset')), new Uint8Array(bytes), headers['Replaces'])
  }

  #complete(id: string, session: PlainSession, root: string | undefined): ServerAnswer {
    const content = session.content()
    if (!content) return outOfStep
    if (root !== undefined && root !== content.root) return { status: 422 }
    this.files.set(id, content.bytes)
    session.result = { file: id, size: content.bytes.length }
    return { body: { result: session.result } }
  }
}

function json<T>({ body }: TransportRequest): T {
  return (body?.kind === 'json' ? body.value : {}) as T
}

function doneWith(result: PlainResult): { readonly done: object } {
  return { done: { how: 'uploaded', result } }
}
