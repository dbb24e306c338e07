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

/** Executes effects: the one place where the statechart meets the world. */
export class Runner {
  readonly #m: Machinery
  readonly #slots: FileSlots

  constructor(m: Machinery, slots: FileSlots) {
    this.#m = m
    this.#slots = slots
  }

  execute(journey: Journey, effect: Effect): void {
    switch (effect.type) {
      case 'enqueue':
        this.#slots.enqueue(journey)
        break
      case 'release-slot':
        this.#slots.release(journey)
        break
      case 'stop':
        this.#stop(journey)
        break
      case 'forget-session':
        forgetSession(journey)
        break
      case 'drop-session':
        this.#drop(journey)
        break
      case 'await-lock':
        void this.#awaitLock(journey)
        break
      case 'settle':
        this.#settle(journey)
        break
      default:
        void this.#work(journey, effect.type, effect.run)
    }
  }

  async #work(journey: Journey, stage: keyof typeof stages, run: number): Promise<void> {
    const work = new Run(this.#m, journey, run)
    try {
      await stages[stage](work)
    } catch (error) {
      work.fail(error)
    }
  }

  #stop(journey: Journey): void {
    journey.controller?.abort()
    journey.controller = undefined
    journey.backoff = undefined
    journey.digests?.callOff()
  }

  #drop(journey: Journey): void {
    if (journey.session !== undefined) void dropSession(this.#m, journey, journey.session)
    forgetSession(journey)
    this.#unlock(journey)
  }

  #settle(journey: Journey): void {
    this.#unlock(journey)
    journey.settle()
  }

  #unlock(journey: Journey): void {
    journey.unlock?.()
    journey.unlock = undefined
  }

  async #awaitLock(journey: Journey): Promise<void> {
    journey.controller ??= new AbortController()
    const { signal } = journey.controller
    try {
      await this.#m.ports.locks?.free(lockName(this.#m, journey), signal)
    } catch {
      return
    }
    if (!signal.aborted) this.#m.dispatch(journey, { type: 'lock-freed' })
  }
}
