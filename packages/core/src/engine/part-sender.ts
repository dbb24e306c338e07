import { toUploadError, UploadError, withDetails } from '../errors/upload-error.ts'
import type { Flight, Ledger } from '../ledger/ledger.ts'
import type { Json } from '../ports/json.ts'
import type { Lost, Recount, Sent } from '../ports/protocol.ts'
import type { PartSource } from './request-budget.ts'
import { attemptsFor, waitToRetry } from './retrying.ts'
import type { Run } from './run.ts'
import { sendPart } from './send-part.ts'
import { loseSession } from './session.ts'
import { compare } from './stage-check.ts'

/** How much several chunks in one request may come to. */
const joinedBytes = 32 * 1024 * 1024
/** Smaller parts than this are not worth trying. */
const leastPartBytes = 16 * 1024
/** A part that gets through faster than this may be followed by a larger one. */
const fastMs = 1000

/** Sends the parts of one upload during one run, as the budget allows, until all have landed and agree. */
export class PartSender implements PartSource {
  readonly #run: Run
  readonly #ledger: Ledger
  #isHeld = false
  #isSentAgain = false
  #isHashingRest = false
  /** How many chunks a part carries: grows on a fast link, falls back to one when a part fails. */
  #joined = 1

  constructor(run: Run, ledger: Ledger) {
    this.#run = run
    this.#ledger = ledger
  }

  begin(): void {
    this.#advance()
    this.#run.m.budget.join(this)
  }

  get isOver(): boolean {
    return !this.#run.isCurrent
  }

  sendNext(done: () => void): boolean {
    if (this.#isHeld) return false
    const { digests } = this.#run.journey
    const flight = this.#ledger.take({
      maxChunks: this.#chunksToJoin(),
      maxBytes: joinedBytes,
      isAlone: (chunk) => digests?.replaces.has(chunk) === true,
    })
    if (!flight) return false
    flight.over = this.#send(flight).finally(done)
    return true
  }

  /** No more than what leaves every place of the budget something to do. */
  #chunksToJoin(): number {
    const { plan, landedChunks, flights } = this.#ledger
    const { requests } = this.#run.m.options.concurrency
    const share = Math.floor((plan.count - landedChunks - flights.size) / requests)
    return Math.max(1, Math.min(this.#joined, share))
  }

  #grow(flight: Flight, tookMs: number): void {
    const most = this.#run.journey.traits?.chunksPerPart ?? 1
    if (tookMs < fastMs && flight.count >= this.#joined) this.#joined = Math.min(most, this.#joined * 2)
    else if (tookMs > 4 * fastMs) this.#joined = Math.max(1, this.#joined >> 1)
  }

  async #send(flight: Flight): Promise<void> {
    const { m, journey, signal } = this.#run
    const { epoch } = journey
    const { clock } = m.ports
    const startedAt = clock.now()
    try {
      const sent = await sendPart(this.#run, this.#ledger, flight, (chunk) => this.#hashBeside(chunk))
      this.#grow(flight, clock.now() - startedAt)
      if (journey.epoch === epoch) this.#land(flight, sent)
    } catch (thrown) {
      this.#joined = 1
      this.#ledger.release(flight)
      m.moved(journey)
      if (journey.epoch !== epoch) return
      journey.isInDoubt = true
      if (signal.aborted) return
      const error = toUploadError(thrown)
      if (this.#shrinks(flight, error)) this.#askAgain()
      else
        void this.#recover(this.#isStubborn(flight, error) ? withDetails(error, { retryable: false }) : error)
    }
  }

  /** Whether one part fails again and again while others land: they must not keep it alive for ever. */
  #isStubborn({ offset }: Flight, error: UploadError): boolean {
    const { m, journey } = this.#run
    const failures = journey.again(`part ${offset}`)
    return failures > attemptsFor(this.#run, error) && m.ports.environment.online()
  }

  /**
   * A 413 without a word of the server's own is a proxy's that refuses large bodies: smaller parts may pass, where the
   * protocol can go on inside a chunk. The plan stays.
   */
  #shrinks({ size }: Flight, { status, serverCode }: UploadError): boolean {
    if (status !== 413 || serverCode !== undefined || this.#run.journey.traits?.grain !== 'byte') return false
    const { partLimits } = this.#ledger
    const half = Math.floor(size / 2)
    if (half < leastPartBytes) return false
    this.#ledger.partLimits = { ...partLimits, maxBytes: Math.min(partLimits.maxBytes ?? half, half) }
    return true
  }

  #land(flight: Flight, sent: Sent<Json, unknown> | Lost | Recount): void {
    const { m, journey } = this.#run
    if ('lost' in sent) {
      this.#ledger.release(flight)
      loseSession(this.#run, sent.lost)
      return
    }
    if ('recount' in sent || sent.through < flight.offset) {
      this.#recount(flight)
      return
    }
    const before = this.#ledger.landedBytes
    const whole = this.#ledger.land(flight, sent.through)
    if (this.#ledger.landedBytes === before && flight.size > 0) {
      throw new UploadError('bad-response', { message: 'The server kept no byte of a part', retryable: true })
    }
    this.#keep(flight, sent)
    journey.forgive('failure', `part ${flight.offset}`, 'recount')
    const size = Math.min(sent.through, flight.offset + flight.size) - flight.offset
    m.moved(journey)
    m.listeners.emit('landed', { upload: journey.handle, offset: flight.offset, size })
    this.#compare(whole)
    this.#advance()
  }

  /** Once the answer is taken at its word; whoever says so again and again is asked less and less often. */
  #recount(flight: Flight): void {
    const { m, journey } = this.#run
    journey.isInDoubt = true
    if (journey.again('recount') > 1) {
      const message = 'The server keeps counting what landed differently'
      throw new UploadError('conflict', { message, retryable: true })
    }
    this.#ledger.release(flight)
    if (m.protocol.landed) this.#askAgain()
    else loseSession(this.#run, 'reset')
  }

  #keep(flight: Flight, sent: Sent<Json, unknown>): void {
    const { journey } = this.#run
    const { session, receipt, digests = {} } = sent
    if (typeof session === 'function') journey.session = session(journey.session as Json)
    else if (session !== undefined) journey.session = session
    if (receipt !== undefined) this.#ledger.receipts.set(flight.first, receipt)
    for (const [chunk, digest] of Object.entries(digests)) {
      this.#ledger.theirDigests.set(Number(chunk), digest)
      journey.digests?.replaces.delete(Number(chunk))
    }
    if ('result' in sent) journey.answer = { result: sent.result }
  }

  /** Digests are computed beside sending; what turns out different is sent again. */
  #hashBeside(chunk: number): void {
    const { journey, signal } = this.#run
    const digest = journey.digests?.want(chunk, signal)
    if (digest) this.#advanceAfter(digest.then(() => this.#compare([chunk])))
  }

  /** What landed in another session of this file, or before a pause, has not been hashed in this one. */
  #hashRest(): void {
    const { journey, signal } = this.#run
    if (this.#isHashingRest) return
    this.#isHashingRest = true
    const rest = journey.digests?.wantAll(signal, (chunk) => this.#compare([chunk]))
    const end = (): void => {
      this.#isHashingRest = false
    }
    if (rest) this.#advanceAfter(rest.finally(end))
  }

  #advanceAfter(hashing: Promise<void>): void {
    hashing.then(() => this.#advance()).catch((error) => this.#run.fail(error))
  }

  /** Throws `integrity-failed` where a chunk was wrong too often. */
  #compare(chunks: Iterable<number>): void {
    const { m, journey } = this.#run
    if (journey.ledger !== this.#ledger || compare(journey, chunks)) return
    m.moved(journey)
    m.budget.pump()
  }

  /** Looks whether everything is there, and right: digests may have come whose turn to be compared has not. */
  #advance(): void {
    const { m, journey } = this.#run
    if (this.isOver || !this.#ledger.isAllLanded) return
    if (journey.digests?.isComplete === false) {
      this.#hashRest()
      return
    }
    this.#compare(this.#ledger.theirDigests.keys())
    if (!this.#ledger.isAllLanded) return
    if (journey.traits?.resultFrom === 'send' && !journey.answer && !m.protocol.complete)
      this.#sendLastAgain()
    else this.#run.tell({ type: 'all-landed' })
  }

  /** All chunks are there and no answer brought the result: the last one's answer will. */
  #sendLastAgain(): void {
    if (this.#isSentAgain) throw new UploadError('bad-response', { message: 'No answer carried a result' })
    this.#isSentAgain = true
    this.#ledger.unland(this.#ledger.plan.count - 1)
    this.#run.m.budget.pump()
  }

  async #recover(thrown: unknown): Promise<void> {
    this.#isHeld = true
    try {
      await waitToRetry(this.#run, thrown)
    } catch (error) {
      this.#run.fail(error)
      return
    }
    this.#isHeld = false
    this.#askAgain()
  }

  /** The server's count may differ from ours: asks where it can answer, else goes on with ours. */
  #askAgain(): void {
    const { m, journey } = this.#run
    if (m.protocol.landed && journey.session !== undefined) this.#run.tell({ type: 'out-of-step' })
    else m.budget.pump()
  }
}
