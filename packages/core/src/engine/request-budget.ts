import { UploadError } from '../errors/upload-error.ts'
import { onAbort } from './on-abort.ts'

/** Starts the next part of one upload; `false` where it has none to send now. */
export interface PartSource {
  /** Takes one place of the budget and gives it back through `done`. */
  sendNext(done: () => void): boolean
}

/**
 * One budget of requests over files, parts and questions. Questions go first, since parts wait for their answers;
 * parts go round robin over the uploads that have some.
 */
export class RequestBudget {
  #limit: number
  #inUse = 0
  #isPumping = false
  readonly #questions: (() => void)[] = []
  readonly #sources: PartSource[] = []
  #turn = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  set limit(limit: number) {
    this.#limit = limit
    this.pump()
  }

  /** Waits for a place; the function it gives back returns the place, and is to be called once. */
  take(signal: AbortSignal): Promise<() => void> {
    return new Promise((resolve, reject) => {
      const stop = (): void => reject(new UploadError('aborted'))
      if (signal.aborted) return stop()
      const begin = (): void => {
        forget()
        resolve(this.#occupy())
      }
      const forget = onAbort(signal, () => {
        this.#questions.splice(this.#questions.indexOf(begin), 1)
        stop()
      })
      this.#questions.push(begin)
      this.pump()
    })
  }

  /** An upload has parts to send; asked again whenever a place is free. */
  join(source: PartSource): void {
    if (!this.#sources.includes(source)) this.#sources.push(source)
    this.pump()
  }

  leave(source: PartSource): void {
    const at = this.#sources.indexOf(source)
    if (at < 0) return
    this.#sources.splice(at, 1)
    if (this.#turn > at) this.#turn--
  }

  /** Fills free places. */
  pump(): void {
    if (this.#isPumping) return
    this.#isPumping = true
    while (this.#inUse < this.#limit && (this.#beginQuestion() || this.#beginPart()));
    this.#isPumping = false
  }

  #beginQuestion(): boolean {
    const next = this.#questions.shift()
    next?.()
    return next !== undefined
  }

  #beginPart(): boolean {
    for (let tried = 0; tried < this.#sources.length; tried++) {
      this.#turn %= this.#sources.length
      const source = this.#sources[this.#turn++]
      const giveBack = this.#occupy()
      if (source?.sendNext(giveBack)) return true
      giveBack()
    }
    return false
  }

  #occupy(): () => void {
    this.#inUse++
    return () => {
      this.#inUse--
      this.pump()
    }
  }
}
