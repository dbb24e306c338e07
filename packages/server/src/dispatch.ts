import type { Operation } from './access.ts'
import { handleCreate } from './handle-create.ts'
import { handleRead, handleRemove } from './handle-file.ts'
import { handleMatches } from './handle-matches.ts'
import { handleAbort, handleComplete, handleSend, handleStatus } from './handle-upload.ts'
import { problem } from './problem.ts'
import type { Handler } from './server-context.ts'
import { isId } from './upload-id.ts'
import type { WireProblemCode } from './wire.ts'

/** What is to be done for a request, and what the application is asked about it. */
export interface Action {
  readonly operation: Operation
  readonly handle: Handler
  readonly id: string
}

/** What a resource can do. */
export type Methods = Readonly<Record<string, readonly [Operation, Handler]>>

const UPLOADS: Methods = { POST: ['create', handleCreate] }
const UPLOAD: Methods = {
  GET: ['status', handleStatus],
  HEAD: ['status', handleStatus],
  PATCH: ['send', handleSend],
  DELETE: ['abort', handleAbort],
}
const MATCHES: Methods = { POST: ['create', handleMatches] }
const COMPLETE: Methods = { POST: ['complete', handleComplete] }
const FILE: Methods = {
  GET: ['read', handleRead],
  HEAD: ['read', handleRead],
  DELETE: ['remove', handleRemove],
}
const RESERVED = new Set(['files', 'batches', 'matches'])

/** Finds what a request is for; `rest` is its path below the base, without the slash, undefined for the base itself. */
export function findAction(method: string, rest: string | undefined): Action {
  if (rest === undefined) return pick(UPLOADS, method, '', ['OPTIONS'])
  const [first = '', second, ...more] = rest.split('/')
  if (first === 'files' && second !== undefined && more.length === 0) {
    return pick(FILE, method, known(second, 'file-not-found'))
  }
  if (first === 'matches' && second === undefined) return pick(MATCHES, method, '')
  if (RESERVED.has(first) || first === '' || more.length > 0) throw problem('not-found')
  if (second === undefined) return pick(UPLOAD, method, known(first, 'upload-not-found'))
  if (second !== 'complete') throw problem('not-found')
  return pick(COMPLETE, method, known(first, 'upload-not-found'))
}

/** Only what looks like an id gets any further. */
export function known(id: string, otherwise: WireProblemCode): string {
  if (!isId(id)) throw problem(otherwise)
  return id
}

/** What a resource does for a method. */
export function pick(methods: Methods, method: string, id: string, also: readonly string[] = []): Action {
  const found = Object.hasOwn(methods, method) ? methods[method] : undefined
  if (!found) {
    throw problem('method-not-allowed', {}, { Allow: [...Object.keys(methods), ...also].join(', ') })
  }
  const [operation, handle] = found
  return { operation, handle, id }
}
