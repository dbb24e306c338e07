import { type Access, type Operation, readAccess } from '../access.ts'
import type { Answering } from '../answering.ts'
import { corsHeaders, preflightHeaders } from '../cors.ts'
import { assertContentType, ForeignResponse, type Incoming, noContent, type Outgoing } from '../exchange.ts'
import { Problem } from '../problem.ts'
import { readJsonObject } from '../read-json.ts'
import { BrokenBody } from '../request-body.ts'
import { handleAbort } from './handle-abort.ts'
import { handleComplete } from './handle-complete.ts'
import { handleCreate } from './handle-create.ts'
import { handleParts } from './handle-parts.ts'
import { handleSign } from './handle-sign.ts'
import { SignerContext } from './signer-context.ts'
import type { ResolvedSignerOptions } from './signer-options.ts'
import { SignerProblem, signerProblem, signerProblemAnswer } from './signer-problem.ts'
import { problemOfStore } from './store-failure.ts'

/** A request whose body has been read. */
export interface Asked {
  readonly body: Readonly<Record<string, unknown>>
  readonly access: Access
  /** The request as the application sees it. */
  readonly toRequest: () => Request
}

type Handler = (context: SignerContext, asked: Asked) => Promise<Outgoing>

const kibibyte = 1024
const actions: Readonly<Record<string, readonly [Operation, Handler, limit: number]>> = {
  '': ['create', handleCreate, 64 * kibibyte],
  '/sign': ['send', handleSign, 64 * kibibyte],
  '/parts': ['status', handleParts, 16 * kibibyte],
  // 10,000 ETags
  '/complete': ['complete', handleComplete, 1024 * kibibyte],
  '/abort': ['abort', handleAbort, 64 * kibibyte],
}

/** Answers the requests of `s3({ endpoint })`, from whatever runtime they come. */
export class SignerEngine implements Answering {
  readonly options: ResolvedSignerOptions
  readonly #context: SignerContext

  constructor(options: ResolvedSignerOptions) {
    this.options = options
    this.#context = new SignerContext(options)
  }

  isOurs(path: string): boolean {
    const { basePath } = this.options
    return path === basePath || path.startsWith(`${basePath}/`)
  }

  async answer(incoming: Incoming): Promise<Outgoing | ForeignResponse> {
    const { cors } = this.options
    const origin = incoming.header('origin')
    const more = corsHeaders(cors, origin)
    if (incoming.method === 'OPTIONS' && incoming.header('access-control-request-method') !== undefined) {
      const requested = incoming.header('access-control-request-headers')
      return noContent({ ...more, ...preflightHeaders(cors, origin, requested) })
    }
    const answer = await this.#handle(incoming).catch((error: unknown) => this.#explain(error, incoming))
    if (answer instanceof ForeignResponse) return answer
    return { ...answer, headers: { ...answer.headers, ...more } }
  }

  async #handle(incoming: Incoming): Promise<Outgoing> {
    const { basePath, authorize } = this.options
    const rest = incoming.path.slice(basePath.length)
    const action = this.isOurs(incoming.path) && Object.hasOwn(actions, rest) ? actions[rest] : undefined
    if (!action) throw signerProblem('not-found')
    if (incoming.method !== 'POST') throw signerProblem('method-not-allowed')
    const [operation, handle, limit] = action
    const access = await readAccess(authorize, incoming, operation)
    assertContentType(incoming, 'application/json')
    const body = await readJsonObject(incoming.body, limit)
    if (!body) throw signerProblem('invalid-request', 'Expected a JSON object')
    return handle(this.#context, { body, access, toRequest: incoming.toRequest })
  }

  #explain(error: unknown, { method, path }: Incoming): Outgoing | ForeignResponse {
    if (error instanceof ForeignResponse) return error
    if (error instanceof SignerProblem) return signerProblemAnswer(error)
    // The few that reading a request may end in are called the same here.
    if (error instanceof Problem) {
      return signerProblemAnswer(signerProblem(codeOf(error), error.members.detail ?? error.message))
    }
    if (error instanceof BrokenBody) return signerProblemAnswer(signerProblem('invalid-request'))
    const known = problemOfStore(error)
    if (known === undefined || known.code === 'store-refused' || known.code === 'bucket-not-found') {
      this.options.onError(error, `${method} ${path}`)
    }
    return signerProblemAnswer(known ?? signerProblem('internal'))
  }
}

function codeOf({
  code,
}: Problem): 'forbidden' | 'body-too-large' | 'unsupported-media-type' | 'invalid-request' {
  if (code === 'forbidden' || code === 'body-too-large' || code === 'unsupported-media-type') return code
  return 'invalid-request'
}
