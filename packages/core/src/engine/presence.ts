import type { Cancel, Clock } from '../ports/clock.ts'
import type { Environment } from '../ports/environment.ts'

/** How long nobody may look before an owned uploader pauses: longer than a remount, shorter than a person notices. */
const idleMs = 250

/** What {@link Presence} is made of. */
export interface PresenceGiven {
  readonly clock: Clock
  readonly environment: Environment
  /** Told at once when listening begins, and with every change. */
  onOnline(online: boolean): void
  /** The last one who looked has been gone for a moment. */
  onIdle(): void
}

/** Who looks at the uploader; and the network, followed for as long as somebody does. */
export class Presence {
  readonly #given: PresenceGiven
  #watchers = 0
  #idle: Cancel | undefined
  #stopListening: Cancel | undefined

  constructor(given: PresenceGiven) {
    this.#given = given
  }

  /** Somebody looks, until the returned function is called. */
  attach(): () => void {
    this.#watchers++
    this.#idle?.()
    this.listen()
    let isAttached = true
    return () => {
      if (!isAttached) return
      isAttached = false
      if (--this.#watchers === 0) this.#idle = this.#given.clock.after(idleMs, () => this.#rest())
    }
  }

  listen(): void {
    const { environment, onOnline } = this.#given
    if (this.#stopListening) return
    onOnline(environment.online())
    this.#stopListening = environment.onOnlineChange(onOnline)
  }

  dispose(): void {
    this.#idle?.()
    this.#stopListening?.()
  }

  #rest(): void {
    this.#given.onIdle()
    this.#stopListening?.()
    this.#stopListening = undefined
  }
}
