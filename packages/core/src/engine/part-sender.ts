import type { ChunkVerdict } from '../api/hooks.ts'
import { toUploadError, UploadError } from '../errors/upload-error.ts'
import type { Flight, Ledger } from '../ledger/ledger.ts'
import type { Json } from '../ports/json.ts'
import type { Lost, Part, Recount, Sent } from '../ports/protocol.ts'
import { contextOf, isCurrent, type Machinery, type Run, whileRunning } from './machinery.ts'
import { onAbort } from './on-abort.ts'
import type { PartSource } from './request-budget.ts'
import { attemptsFor, failRun, waitToRetry } from './retrying.ts'
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
  readonly #m: Machinery
  readonly #run: Run
  readonly #ledger: Ledger
  #isHeld = false
  #isRetired = false
  #isSentAgain = false
  #isHashingRest = false
  #forget: (() => void) | undefined
  /** How many chunks a part carries: grows on a fast link, falls back to one when a part fails. */
  #joined = 1

  constructor(m: Machinery, run: Run) {
    this.#m = m
    this.#run = run
    const { ledger } = run.journey
    if (!ledger) throw new UploadError('unexpected', { message: 'No plan was made' })
    this.#ledger = ledger
  }

  begin(): void {
    this.#forget = onAbort(this.#run.signal, () => this.#retire())
    this.#advance()
    if (!this.#isRetired) this.#m.budget.join(this)
  }

  sendNext(done: () => void): boolean {
    if (this.#isHeld || this.#isRetired) return false
    const { journey } = this.#run
    const flight = this.#ledger.take({
      maxChunks: this.#chunksToJoin(),
      maxBytes: joinedBytes,
      isAlone: (chunk) => journey.digests?.replaces.has(chunk) === true,
    })
    if (!flight) return false
    flight.over = this.#send(flight).finally(done)
    return true
  }

  /** No more than what leaves every place of the budget something to do. */
  #chunksToJoin(): number {
    const { plan, landedChunks, flights } = this.#ledger
    const { requests } = this.#m.options.concurrency
    const share = Math.floor((plan.count - landedChunks - flights.size) / requests)
    return Math.max(1, Math.min(this.#joined, share))
  }

  #grow(flight: Flight, tookMs: number): void {
    const most = this.#run.journey.traits?.chunksPerPart ?? 1
    if (tookMs < fastMs && flight.count >= this.#joined) this.#joined = Math.min(most, this.#joined * 2)
    else if (tookMs > 4 * fastMs) this.#joined = Math.max(1, this.#joined >> 1)
  }

  async #send(flight: Flight): Promise<void> {
    const { journey, signal } = this.#run
    const { epoch } = journey
    const { clock } = this.#m.ports
    const startedAt = clock.now()
    try {
      const sent = await this.#speak(flight)
      this.#grow(flight, clock.now() - startedAt)
      if (journey.epoch === epoch) this.#land(flight, sent)
    } catch (thrown) {
      this.#joined = 1
      this.#ledger.release(flight)
      this.#m.moved(journey)
      if (journey.epoch !== epoch) return
      journey.isInDoubt = true
      if (signal.aborted) return
      const error = toUploadError(thrown)
      if (this.#shrinks(flight, error)) this.#askAgain()
      else void this.#recover(this.#isStubborn(flight, error) ? finalError(error) : error)
    }
  }

  /** Whether one part fails again and again while others land: they must not keep it alive for ever. */
  #isStubborn({ first, offset }: Flight, error: UploadError): boolean {
    const { journey } = this.#run
    const { stubborn } = journey
    const last = stubborn.get(first)
    const failures = last?.offset === offset ? last.failures + 1 : 1
    stubborn.set(first, { offset, failures })
    return failures > attemptsFor(this.#m, journey, error) && this.#m.ports.environment.online()
  }

  /**
   * A 413 without a word of the server's own is a proxy's that refuses large bodies: smaller parts may pass, where the
   * protocol can go on inside a chunk. The plan stays.
   */
  #shrinks({ size }: Flight, { status, serverCode }: UploadError): boolean {
    const { traits } = this.#run.journey
    if (status !== 413 || serverCode !== undefined || traits?.grain !== 'byte') return false
    const { partLimits } = this.#ledger
    const half = Math.floor(size / 2)
    if (half < leastPartBytes) return false
    this.#ledger.partLimits = { ...partLimits, maxBytes: Math.min(partLimits.maxBytes ?? half, half) }
    return true
  }

  /** Hooks, digest, question, bytes: what it takes to get one part across. */
  async #speak(flight: Flight): Promise<Sent<Json, unknown> | Lost | Recount> {
    const { journey, signal } = this.#run
    const { hooks, protocol } = this.#m
    const blob = journey.file.slice(flight.offset, flight.offset + flight.size, 'application/octet-stream')
    let part: Part = { ...place(flight), blob, ...this.#digestFacts(flight) }
    let verdict: ChunkVerdict = {}
    if (hooks.has('beforeChunk'))
      verdict = await whileRunning(hooks.beforeChunk(journey.handle, part), signal)
    if (verdict.skip) return { through: flight.offset + flight.size }
    for (let chunk = flight.first; chunk < flight.first + flight.count; chunk++) this.#hashBeside(chunk)
    if (journey.traits?.chunkDigest?.due === 'before' && journey.digests && isWhole(flight, this.#ledger)) {
      part = { ...part, digest: await journey.digests.want(flight.first, signal) }
    }
    const onSent = (bytes: number): void => {
      this.#ledger.progress(flight, bytes)
      this.#m.moved(journey)
    }
    const ctx = contextOf(this.#m, this.#run, { cargo: { blob, verdict, onSent } })
    const { session } = journey
    if (session === undefined) throw new UploadError('aborted')
    if (journey.traits?.knows === 'per-chunk' && protocol.holds) {
      const held = await protocol.holds(ctx, session, part)
      if (held === true) return { through: flight.offset + flight.size }
      if (held !== false) return held
    }
    return protocol.send(ctx, session, part)
  }

  /** The digest of a chunk is the digest of a part's bytes only where the part is that whole chunk. */
  #digestFacts(flight: Flight): Pick<Part, 'digest' | 'replaces'> {
    const { first, count } = flight
    const { digests } = this.#run.journey
    if (count !== 1 || !digests) return {}
    const digest = isWhole(flight, this.#ledger) ? digests.known(first) : undefined
    const replaces = digests.replaces.get(first)
    return { ...(digest !== undefined && { digest }), ...(replaces !== undefined && { replaces }) }
  }

  #land(flight: Flight, sent: Sent<Json, unknown> | Lost | Recount): void {
    const { journey } = this.#run
    if ('lost' in sent) {
      this.#ledger.release(flight)
      this.#lose(sent.lost)
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
    journey.stubborn.delete(flight.first)
    journey.failures = 0
    journey.recounts = 0
    const size = Math.min(sent.through, flight.offset + flight.size) - flight.offset
    this.#m.moved(journey)
    this.#m.listeners.emit('landed', { upload: journey.handle, offset: flight.offset, size })
    this.#compare(whole)
    this.#advance()
  }

  /** Once the answer is taken at its word; whoever says so again and again is asked less and less often. */
  #recount(flight: Flight): void {
    const { journey } = this.#run
    journey.isInDoubt = true
    if (journey.recounts++ > 0) {
      throw new UploadError('conflict', {
        message: 'The server keeps counting what landed differently',
        retryable: true,
      })
    }
    this.#ledger.release(flight)
    if (this.#m.protocol.landed) this.#askAgain()
    else this.#lose('reset')
  }

  #lose(reason: Lost['lost']): void {
    this.#retire()
    loseSession(this.#m, this.#run, reason)
  }

  #keep(flight: Flight, sent: Sent<Json, unknown>): void {
    const { journey } = this.#run
    const { session } = sent
    if (typeof session === 'function') journey.session = session(journey.session as Json)
    else if (session !== undefined) journey.session = session
    if (sent.receipt !== undefined) this.#ledger.receipts.set(flight.first, sent.receipt)
    for (const [chunk, digest] of Object.entries(sent.digests ?? {})) {
      this.#ledger.theirDigests.set(Number(chunk), digest)
      journey.digests?.replaces.delete(Number(chunk))
    }
    if ('result' in sent) journey.answer = { result: sent.result }
  }

  /** Digests are computed beside sending; what turns out different is sent again. */
  #hashBeside(chunk: number): void {
    const { journey, signal } = this.#run
    if (!journey.digests) return
    journey.digests.want(chunk, signal).then(
      () => {
        this.#compare([chunk])
        this.#advance()
      },
      (error) => this.#fail(error),
    )
  }

  #compare(chunks: Iterable<number>): void {
    const { journey } = this.#run
    if (journey.ledger !== this.#ledger) return
    try {
      if (compare(journey, chunks)) return
      this.#m.moved(journey)
      this.#m.budget.pump()
    } catch (error) {
      this.#fail(error)
    }
  }

  /** Looks whether everything is there, and right: digests may have come whose turn to be compared has not. */
  #advance(): void {
    const { journey, run } = this.#run
    if (this.#isRetired || !this.#ledger.isAllLanded || !isCurrent(this.#run)) return
    if (journey.digests && !journey.digests.isComplete) {
      this.#hashRest()
      return
    }
    this.#compare(this.#ledger.theirDigests.keys())
    if (this.#isRetired || !this.#ledger.isAllLanded) return
    if (journey.traits?.resultFrom === 'send' && !journey.answer && !this.#m.protocol.complete) {
      this.#sendLastAgain()
      return
    }
    this.#retire()
    this.#m.dispatch(journey, { type: 'all-landed', run })
  }

  /** What landed in another session of this file, or before a pause, has not been hashed in this one. */
  #hashRest(): void {
    const { digests } = this.#run.journey
    if (this.#isHashingRest || !digests) return
    this.#isHashingRest = true
    digests
      .wantAll(this.#run.signal, (chunk) => this.#compare([chunk]))
      .then(
        () => this.#advance(),
        (error) => this.#fail(error),
      )
      .finally(() => {
        this.#isHashingRest = false
      })
  }

  /** All chunks are there and no answer brought the result: the last one's answer will. */
  #sendLastAgain(): void {
    if (this.#isSentAgain) {
      this.#fail(new UploadError('bad-response', { message: 'No answer carried a result' }))
      return
    }
    this.#isSentAgain = true
    this.#ledger.unland(this.#ledger.plan.count - 1)
    this.#m.budget.pump()
  }

  async #recover(thrown: unknown): Promise<void> {
    this.#isHeld = true
    try {
      await waitToRetry(this.#m, this.#run, thrown)
    } catch (error) {
      this.#fail(error)
      return
    }
    this.#isHeld = false
    if (!this.#isRetired) this.#askAgain()
  }

  /** The server's count may differ from ours: asks where it can answer, else goes on with ours. */
  #askAgain(): void {
    const { journey, run } = this.#run
    if (this.#m.protocol.landed && journey.session !== undefined) {
      this.#retire()
      this.#m.dispatch(journey, { type: 'out-of-step', run })
    } else this.#m.budget.pump()
  }

  #retire(): void {
    this.#isRetired = true
    this.#forget?.()
    this.#m.budget.leave(this)
  }

  #fail(error: unknown): void {
    if (this.#run.signal.aborted) return
    this.#retire()
    failRun(this.#m, this.#run, error)
  }
}

function finalError(thrown: UploadError): UploadError {
  const { code, message, status } = thrown
  return new UploadError(code, { message, retryable: false, ...(status !== undefined && { status }) })
}

function place({ first, count, offset, size }: Flight): Omit<Part, 'blob'> {
  return { first, count, offset, size }
}

function isWhole(flight: Flight, { plan }: Ledger): boolean {
  const start = flight.first * plan.chunkSizeBytes
  const end = flight.first === plan.count - 1 ? plan.size : start + plan.chunkSizeBytes
  return flight.count === 1 && flight.offset === start && flight.offset + flight.size === end
}
