import { UploadError } from '../errors/upload-error.ts'
import type { Json } from '../ports/json.ts'
import type { Lost } from '../ports/protocol.ts'
import { abortable } from './abortable.ts'
import { call } from './context.ts'
import type { Journey } from './journey.ts'
import type { Machinery } from './machinery.ts'
import type { Run } from './run.ts'

/** How many fresh sessions one upload may need until somebody tells it to go on. */
const maxRestarts = 3
/** How often the server is told to drop a partial; what stays is its clean-up's business. */
const dropAttempts = 3
const dropDelayMs = 1000

/** A fresh session begins: nothing that landed in the old one counts. */
export function forgetSession(journey: Journey): void {
  journey.epoch++
  journey.session = undefined
  journey.ledger = undefined
  journey.answer = undefined
  journey.opening = undefined
  journey.isInDoubt = false
  journey.forgive('recount')
}

/** The server does not know the session any more: starts afresh and says why, or gives up. */
export function loseSession(run: Run, reason: Lost['lost']): void {
  if (!run.isCurrent) return
  const { m, journey } = run
  if (journey.again('restart') > maxRestarts) {
    run.fail(new UploadError('session-lost', { message: `The server lost the upload: ${reason}` }))
    return
  }
  m.listeners.emit('restarted', { upload: journey.handle, reason })
  run.tell({ type: 'session-lost' })
}

/** Lets the server drop a partial, in the background, for as long as the uploader lives. */
export async function dropSession(m: Machinery, journey: Journey, session: Json): Promise<void> {
  const { protocol, ports, lifetime } = m
  if (!protocol.abort) return
  for (let attempt = 1; attempt <= dropAttempts && !lifetime.aborted; attempt++) {
    try {
      await call({ m, journey, signal: lifetime }, async (ctx) => protocol.abort?.(ctx, session))
      return
    } catch {
      const wait = (done: () => void) => ports.clock.after(dropDelayMs * attempt, done)
      await abortable<void>(lifetime, wait).catch(() => {})
    }
  }
}
