import { type Action, known, type Methods, pick } from '../dispatch.ts'
import type { Incoming } from '../exchange.ts'
import { problem } from '../problem.ts'
import { handleTusAbort } from './handle-tus-abort.ts'
import { handleTusCreate } from './handle-tus-create.ts'
import { handleTusSend } from './handle-tus-send.ts'
import { handleTusStatus } from './handle-tus-status.ts'
import { speaksTus, TUS_VERSION } from './tus-headers.ts'

const UPLOADS: Methods = { POST: ['create', handleTusCreate] }
const UPLOAD: Methods = {
  HEAD: ['status', handleTusStatus],
  PATCH: ['send', handleTusSend],
  DELETE: ['abort', handleTusAbort],
}

/** Finds what a request of tus is for; undefined if it is none. `rest` is as for `findAction`. */
export function findTusAction(incoming: Incoming, rest: string | undefined): Action | undefined {
  if (!speaksTus(incoming) || rest?.includes('/')) return undefined
  if (incoming.header('tus-resumable') !== TUS_VERSION) {
    throw problem('unsupported-version', {}, { 'Tus-Version': TUS_VERSION })
  }
  const method = methodOf(incoming)
  return rest === undefined
    ? pick(UPLOADS, method, '', ['OPTIONS'])
    : pick(UPLOAD, method, known(rest, 'upload-not-found'), ['OPTIONS'])
}

/** The method that is meant: some clients can only `POST`. */
function methodOf({ method, header }: Incoming): string {
  return method === 'POST' ? (header('x-http-method-override')?.toUpperCase() ?? method) : method
}
