import type { Effect } from '../statechart/effect.ts'
import type { FileSlots } from './file-slots.ts'
import type { Journey } from './journey.ts'
import type { Machinery } from './machinery.ts'
import { Run } from './run.ts'
import { dropSession, forgetSession } from './session.ts'
import { check } from './stage-check.ts'
import { complete } from './stage-complete.ts'
import { hash } from './stage-hash.ts'
import { lockName, prepare } from './stage-prepare.ts'
import { upload } from './stage-upload.ts'

const stages = { prepare, hash, check, upload, complete } as const

/** Executes an effect: the one place where the statechart meets the world. */
export function execute(m: Machinery, slots: FileSlots, journey: Journey, { type, run }: Effect): void {
  switch (type) {
    case 'enqueue':
      slots.enqueue(journey)
      break
    case 'release-slot':
      slots.release(journey)
      break
    case 'stop':
      stop(journey)
      break
    case 'forget-session':
      forgetSession(journey)
      break
    case 'drop-session':
      if (journey.session !== undefined) void dropSession(m, journey, journey.session)
      forgetSession(journey)
      letGo(journey)
      break
    case 'await-lock':
      void awaitLock(m, journey)
      break
    case 'settle':
      letGo(journey)
      journey.settle()
      break
    default:
      void work(new Run(m, journey, run), stages[type])
  }
}

async function work(run: Run, stage: (run: Run) => Promise<void>): Promise<void> {
  try {
    await stage(run)
  } catch (error) {
    run.fail(error)
  }
}

function stop(journey: Journey): void {
  journey.controller?.abort()
  journey.controller = undefined
  journey.backoff = undefined
  journey.digests?.callOff()
}

/** Other tabs may send the file now. */
function letGo(journey: Journey): void {
  journey.unlock?.()
  journey.unlock = undefined
}

async function awaitLock(m: Machinery, journey: Journey): Promise<void> {
  journey.controller ??= new AbortController()
  const { signal } = journey.controller
  try {
    await m.ports.locks?.free(lockName(m, journey), signal)
  } catch {
    return
  }
  if (!signal.aborted) m.dispatch(journey, { type: 'lock-freed' })
}
