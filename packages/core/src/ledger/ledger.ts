import type { Json } from '../ports/json.ts'
import type { Landed, Part, PartLimits, Plan, ProtocolTraits } from '../ports/protocol.ts'
import { chunkEnd, chunkStart } from './plan.ts'

const waiting = 0
const sending = 1
const landed = 2
type ChunkStatus = typeof waiting | typeof sending | typeof landed

/** A part without its bytes: where it lies. */
export type PartRange = Pick<Part, 'first' | 'count' | 'offset' | 'size'>

/** A part on its way, with the bytes the network has taken of it: an estimate. */
export interface Flight extends PartRange {
  sentBytes: number
  /** Resolves when it is known what became of it. */
  over?: Promise<void>
}

/** What may go into one part. */
export interface TakeLimits {
  readonly maxChunks: number
  /** How much several chunks together may come to; one alone may be larger. */
  readonly maxBytes: number
  /** Whether a chunk must not be joined with others. */
  isAlone?(chunk: number): boolean
}

/**
 * What of one file has landed, is on its way, or waits: byte-exact, O(1) per report, outside the reactive graph.
 *
 * One ledger belongs to one session; a fresh session gets a fresh one. Progress is read from its running sums.
 */
export class Ledger {
  readonly plan: Plan
  readonly receipts: Map<number, Json> = new Map()
  /** Hex SHA-256 the server acknowledged, by chunk. */
  readonly theirDigests: Map<number, string> = new Map()
  /** Bytes on the server. */
  landedBytes = 0
  /** Bytes of parts on their way that the network has taken. */
  flightBytes = 0
  landedChunks = 0
  readonly flights: Set<Flight> = new Set()
  partLimits: PartLimits = {}

  readonly #chunks: Uint8Array
  readonly #prefixes = new Map<number, number>()
  readonly #lane: (chunk: number) => number
  readonly #busyLanes = new Set<number>()
  readonly #lanes: number
  readonly #isByteGrain: boolean
  /** The chunk whose answer is the result goes last, alone. */
  readonly #lastAlone: number
  #cursor = 0

  constructor(plan: Plan, traits: Pick<ProtocolTraits, 'lane' | 'resultFrom' | 'grain'>) {
    this.plan = plan
    this.#chunks = new Uint8Array(plan.count)
    this.#isByteGrain = traits.grain === 'byte'
    this.#lastAlone = traits.resultFrom === 'send' ? plan.count - 1 : -1
    this.#lane = (chunk) => traits.lane?.(chunk, plan) ?? chunk
    this.#lanes = traits.lane ? countLanes(plan.count, this.#lane) : plan.count
  }

  get isAllLanded(): boolean {
    return this.landedChunks === this.plan.count
  }

  /** What a chunk is doing. */
  statusOf(chunk: number): 'waiting' | 'sending' | 'landed' {
    return (['waiting', 'sending', 'landed'] as const)[this.#chunks[chunk] as ChunkStatus]
  }

  isLanded(chunk: number): boolean {
    return this.#chunks[chunk] === landed
  }

  /** How many bytes from the chunk's start are on the server, where it is not all there. */
  prefixOf(chunk: number): number {
    return this.#prefixes.get(chunk) ?? 0
  }

  /** The next part to send, marked as on its way; `undefined` where nothing may go now. */
  take(limits: TakeLimits): Flight | undefined {
    if (this.#busyLanes.size >= this.#lanes) return undefined
    const first = this.#nextWaiting()
    if (first === undefined) return undefined
    const prefix = this.prefixOf(first)
    const offset = chunkStart(this.plan, first) + prefix
    const { maxBytes = Number.MAX_SAFE_INTEGER } = this.partLimits
    let end = chunkEnd(this.plan, first)
    let count = 1
    if (this.#isByteGrain && end - offset > maxBytes) end = offset + this.#fit(offset, maxBytes)
    else if (prefix === 0 && !limits.isAlone?.(first)) {
      const most = Math.min(limits.maxBytes, maxBytes)
      while (count < limits.maxChunks && this.#joins(first + count) && !limits.isAlone?.(first + count)) {
        const next = chunkEnd(this.plan, first + count)
        if (next - offset > most) break
        end = next
        count++
      }
    }
    return this.#depart({ first, count, offset, size: end - offset, sentBytes: 0 })
  }

  /** The network has taken this many bytes of a part. */
  progress(flight: Flight, sentBytes: number): void {
    if (!this.flights.has(flight)) return
    const capped = Math.min(sentBytes, flight.size)
    this.flightBytes += capped - flight.sentBytes
    flight.sentBytes = capped
  }

  /** A part's bytes up to `through` are on the server. Returns the chunks that became whole. */
  land(flight: Flight, through: number): number[] {
    this.#arrive(flight)
    return this.#landRange(flight.offset, Math.min(through, flight.offset + flight.size))
  }

  /** A part did not get through, or nobody knows: its chunks wait again. */
  release(flight: Flight): void {
    this.#arrive(flight)
  }

  /** A chunk the server has is of no use: it waits again, whole. */
  unland(chunk: number): void {
    this.#forgetPrefix(chunk)
    if (this.#chunks[chunk] !== landed) return
    this.#chunks[chunk] = waiting
    this.landedChunks--
    this.landedBytes -= chunkEnd(this.plan, chunk) - chunkStart(this.plan, chunk)
    this.theirDigests.delete(chunk)
    this.receipts.delete(chunk)
    this.#cursor = Math.min(this.#cursor, chunk)
  }

  /** Takes over what the server says it has; chunks on their way are left to their own acknowledgement. */
  reconcile({ ranges, digests, receipts }: Landed): void {
    const merged = mergeRanges(ranges)
    let at = 0
    for (let chunk = 0; chunk < this.plan.count; chunk++) {
      const from = chunkStart(this.plan, chunk)
      const to = chunkEnd(this.plan, chunk)
      while (at < merged.length && from < to && (merged[at]?.[1] ?? 0) <= from) at++
      const [start, end] = merged[at] ?? [Number.POSITIVE_INFINITY, 0]
      const isWhole = start <= from && end >= to
      if (this.#chunks[chunk] === sending || (isWhole && this.isLanded(chunk))) continue
      this.unland(chunk)
      if (start <= from) this.#landRange(from, Math.min(end, to))
    }
    this.#note(this.theirDigests, digests)
    this.#note(this.receipts, receipts)
  }

  #note<T>(known: Map<number, T>, told: Readonly<Record<number, T>> = {}): void {
    for (const [chunk, value] of Object.entries(told)) {
      if (this.isLanded(Number(chunk)) && value !== undefined) known.set(Number(chunk), value)
    }
  }

  /** Returns the chunks that became whole. */
  #landRange(start: number, through: number): number[] {
    const whole: number[] = []
    const first = Math.min(Math.floor(start / this.plan.chunkSizeBytes), this.plan.count - 1)
    for (let chunk = first; chunk < this.plan.count; chunk++) {
      const from = chunkStart(this.plan, chunk)
      const to = chunkEnd(this.plan, chunk)
      if (through < to && through <= from) break
      if (this.isLanded(chunk)) continue
      this.#forgetPrefix(chunk)
      if (through >= to) {
        this.#chunks[chunk] = landed
        this.landedChunks++
        this.landedBytes += to - from
        whole.push(chunk)
      } else if (this.#isByteGrain) {
        this.#prefixes.set(chunk, through - from)
        this.landedBytes += through - from
      }
    }
    return whole
  }

  #forgetPrefix(chunk: number): void {
    this.landedBytes -= this.prefixOf(chunk)
    this.#prefixes.delete(chunk)
  }

  /** The largest run from `offset` that the server takes: on its grid, and never empty. */
  #fit(offset: number, maxBytes: number): number {
    const grid = this.partLimits.multipleOfBytes ?? 1
    const end = Math.floor((offset + maxBytes) / grid) * grid
    return end > offset ? end - offset : Math.max(1, maxBytes)
  }

  #nextWaiting(): number | undefined {
    while (this.#cursor < this.plan.count && this.#chunks[this.#cursor] === landed) this.#cursor++
    for (let chunk = this.#cursor; chunk < this.plan.count; chunk++) {
      if (chunk === this.#lastAlone && this.landedChunks < chunk) return undefined
      if (this.#chunks[chunk] === waiting && !this.#busyLanes.has(this.#lane(chunk))) return chunk
    }
    return undefined
  }

  #joins(chunk: number): boolean {
    if (chunk >= this.plan.count || chunk === this.#lastAlone) return false
    if (this.#chunks[chunk] !== waiting || this.prefixOf(chunk) > 0) return false
    return !this.#busyLanes.has(this.#lane(chunk))
  }

  #depart(flight: Flight): Flight {
    for (let chunk = flight.first; chunk < flight.first + flight.count; chunk++) {
      this.#chunks[chunk] = sending
      this.#busyLanes.add(this.#lane(chunk))
    }
    this.flights.add(flight)
    return flight
  }

  #arrive(flight: Flight): void {
    if (!this.flights.delete(flight)) return
    this.flightBytes -= flight.sentBytes
    for (let chunk = flight.first; chunk < flight.first + flight.count; chunk++) {
      this.#chunks[chunk] = waiting
      this.#busyLanes.delete(this.#lane(chunk))
    }
    this.#cursor = Math.min(this.#cursor, flight.first)
  }
}

function countLanes(count: number, lane: (chunk: number) => number): number {
  const lanes = new Set<number>()
  for (let chunk = 0; chunk < count; chunk++) lanes.add(lane(chunk))
  return lanes.size
}

function mergeRanges(ranges: Landed['ranges']): [number, number][] {
  const merged: [number, number][] = []
  for (const [start, end] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1)
    if (last && start <= last[1]) last[1] = Math.max(last[1], end)
    else merged.push([start, end])
  }
  return merged
}
