import { ForeignResponse, type Incoming } from './exchange.ts'
import { problem } from './problem.ts'

/** What a request is about to do. */
export type Operation = 'create' | 'send' | 'status' | 'complete' | 'abort' | 'read' | 'remove'

/** Whom a request may act for. */
export interface Grant {
  /** Uploads and files belong to who made them, and are hidden from all others. */
  readonly owner?: string
  /** Whether everybody's are within reach: for who looks after them all, or for downloads that are public. */
  readonly everyOwner?: boolean
}

/**
 * Asked before anything else is done, with the request (without its body) and what it is about to do.
 * `false` is 403; a response, returned or thrown, goes to the client as it is; nothing at all is the grant of nobody.
 */
export type Authorize = (
  request: Request,
  operation: Operation,
) => Grant | Response | false | void | Promise<Grant | Response | false | void>

/** A grant with nothing left open. */
export interface Access {
  readonly owner: string | undefined
  readonly everyOwner: boolean
}

/** Asks the application; throws what it refuses with. */
export async function readAccess(
  authorize: Authorize | undefined,
  incoming: Incoming,
  operation: Operation,
): Promise<Access> {
  if (!authorize) return { owner: undefined, everyOwner: false }
  const verdict = await ask(authorize, incoming, operation)
  if (verdict instanceof Response) throw new ForeignResponse(verdict)
  if (verdict === undefined) return { owner: undefined, everyOwner: false }
  // Anything that is not clearly a grant is a refusal.
  if (typeof verdict !== 'object' || verdict === null) throw problem('forbidden')
  const { owner, everyOwner = false } = verdict
  if (owner !== undefined && typeof owner !== 'string') {
    throw new TypeError(
      `Expected \`owner\` of a grant to be a string, got \`${String(owner)}\` (${typeof owner})`,
    )
  }
  return { owner, everyOwner: everyOwner === true }
}

/** Whether what belongs to this owner exists for a request. */
export function isWithinReach(owner: string | undefined, access: Access): boolean {
  return access.everyOwner || owner === access.owner
}

async function ask(
  authorize: Authorize,
  incoming: Incoming,
  operation: Operation,
): Promise<Grant | Response | false | void> {
  try {
    return await authorize(incoming.toRequest(), operation)
  } catch (error) {
    if (error instanceof Response) return error
    throw error
  }
}
