import { abortable } from './abortable.ts'

/** Starts the next part of one upload; `false` where it has none to send now. */
export interface PartSource {
  /** Whether it will never have any again. */
  readonly isOver: boolean
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
  readonly #questions = new Set<() => void>()
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
    return abortable(signal, (resolve) => {
      const begin = (): void => resolve(this.#occupy())
      this.#questions.add(begin)
      this.pump()
      return () => this.#questions.delete(begin)
    })
  }

  /** An upload has parts to send; asked again whenever a place is free, until it is over. */
  join(source: PartSource): void {
    this.#sources.push(source)
    this.pump()
  }

  /** Fills free places. */
  pump(): void {
    if (this.#isPumping) return
    this.#isPumping = true
    while (this.#inUse < this.#limit && (this.#beginQuestion() || this.#beginPart()));
    this.#isPumping = false
  }

  #beginQuestion(): boolean {
    for (const begin of this.#questions) {
      this.#questions.delete(begin)
      begin()
      return true
    }
    return false
  }

  #beginPart(): boolean {
    for (let left = this.#sources.length; left > 0; left--) {
      if (this.#turn >= this.#sources.length) this.#turn = 0
      const source = this.#sources[this.#turn]
      if (!source || source.isOver) {
        this.#sources.splice(this.#turn, 1)
        continue
      }
      this.#turn++
      const giveBack = this.#occupy()
      if (source.sendNext(giveBack)) return true
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
