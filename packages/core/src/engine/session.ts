import { UploadError } from '../errors/upload-error.ts'
import type { Json } from '../ports/json.ts'
import type { Lost } from '../ports/protocol.ts'
import type { Journey } from './journey.ts'
import { call, isCurrent, type Machinery, type Run } from './machinery.ts'
import { onAbort } from './on-abort.ts'
import { failRun } from './retrying.ts'

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
  journey.recounts = 0
}

/** The server does not know the session any more: starts afresh and says why, or gives up. */
export function loseSession(m: Machinery, run: Run, reason: Lost['lost']): void {
  if (!isCurrent(run)) return
  const { journey } = run
  if (++journey.restarts > maxRestarts) {
    failRun(m, run, new UploadError('session-lost', { message: `The server lost the upload: ${reason}` }))
    return
  }
  m.listeners.emit('restarted', { upload: journey.handle, reason })
  m.dispatch(journey, { type: 'session-lost', run: run.run })
}

/** Lets the server drop a partial, in the background. */
export async function dropSession(m: Machinery, journey: Journey, session: Json): Promise<void> {
  const { abort } = m.protocol
  if (!abort) return
  for (let attempt = 1; attempt <= dropAttempts && !m.lifetime.aborted; attempt++) {
    try {
      await call(m, { journey, signal: m.lifetime }, (ctx) => abort.call(m.protocol, ctx, session))
      return
    } catch {
      await pause(m, dropDelayMs * attempt)
    }
  }
}

/** Waits a while, and no longer than the uploader lives. */
function pause({ ports, lifetime }: Machinery, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      cancel()
      forget()
      resolve()
    }
    const cancel = ports.clock.after(delayMs, end)
    const forget = onAbort(lifetime, end)
    if (lifetime.aborted) end()
  })
}
