import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Flight, Ledger } from '../../src/ledger/ledger.ts'
import { chunkEnd, chunkStart, planChunks } from '../../src/ledger/plan.ts'

const any = { maxChunks: 1, maxBytes: Number.MAX_SAFE_INTEGER }
const byteGrain = { grain: 'byte', resultFrom: 'complete' } as const
const ledgerOf = (size: number, chunk: number, traits = {}): Ledger =>
  new Ledger(planChunks(size, chunk), { ...byteGrain, ...traits })

function take(ledger: Ledger, limits = any): Flight {
  const flight = ledger.take(limits)
  if (!flight) throw new Error('nothing to take')
  return flight
}

describe('Ledger', () => {
  it('hands out each chunk once, in order, and lands it', () => {
    const ledger = ledgerOf(10, 4)
    const flights = [take(ledger), take(ledger), take(ledger)]
    expect(flights.map(({ offset, size }) => [offset, size])).toEqual([
      [0, 4],
      [4, 4],
      [8, 2],
    ])
    expect(ledger.take(any)).toBeUndefined()
    for (const flight of flights)
      expect(ledger.land(flight, flight.offset + flight.size)).toEqual([flight.first])
    expect(ledger.isAllLanded).toBe(true)
    expect(ledger.landedBytes).toBe(10)
  })

  it('lands the one chunk of an empty file', () => {
    const ledger = ledgerOf(0, 4)
    const flight = take(ledger)
    expect(flight.size).toBe(0)
    expect(ledger.land(flight, 0)).toEqual([0])
    expect(ledger.isAllLanded).toBe(true)
  })

  it('goes on inside a chunk after its prefix', () => {
    const ledger = ledgerOf(10, 4)
    ledger.land(take(ledger), 3)
    expect(ledger.landedBytes).toBe(3)
    expect(take(ledger)).toMatchObject({ first: 0, offset: 3, size: 1 })
  })

  it('sends a chunk whole again where the protocol cannot go on inside', () => {
    const ledger = ledgerOf(10, 4, { grain: 'chunk' })
    ledger.land(take(ledger), 3)
    expect(ledger.landedBytes).toBe(0)
    expect(take(ledger)).toMatchObject({ first: 0, offset: 0, size: 4 })
  })

  it('keeps one lane in order, one part at a time', () => {
    const ledger = ledgerOf(12, 4, { lane: () => 0 })
    const first = take(ledger)
    expect(ledger.take(any)).toBeUndefined()
    ledger.release(first)
    expect(take(ledger).first).toBe(0)
  })

  it('joins chunks up to the limits, but not across one that has landed', () => {
    const ledger = ledgerOf(40, 4)
    ledger.reconcile({ ranges: [[8, 12]] })
    expect(take(ledger, { maxChunks: 4, maxBytes: 100 })).toMatchObject({ first: 0, count: 2, size: 8 })
    expect(take(ledger, { maxChunks: 4, maxBytes: 9 })).toMatchObject({ first: 3, count: 2, size: 8 })
    expect(take(ledger, { maxChunks: 3, maxBytes: 100 })).toMatchObject({ first: 5, count: 3, size: 12 })
  })

  it('cuts a chunk to what the server takes, on its grid', () => {
    const ledger = ledgerOf(100, 50)
    ledger.partLimits = { maxBytes: 17, multipleOfBytes: 5 }
    expect(take(ledger)).toMatchObject({ offset: 0, size: 15 })
  })

  it('sends the chunk whose answer is the result last and alone', () => {
    const ledger = ledgerOf(12, 4, { resultFrom: 'send' })
    const [one, two] = [take(ledger), take(ledger)]
    expect(ledger.take(any)).toBeUndefined()
    ledger.land(one, 4)
    expect(ledger.take(any)).toBeUndefined()
    ledger.land(two, 8)
    expect(take(ledger).first).toBe(2)
  })

  it('believes the server where it has less than was acknowledged', () => {
    const ledger = ledgerOf(12, 4)
    for (let each = 0; each < 3; each++) {
      const flight = take(ledger)
      ledger.land(flight, flight.offset + flight.size)
    }
    ledger.reconcile({
      ranges: [
        [0, 4],
        [8, 10],
      ],
      digests: { 0: 'a', 1: 'b' },
    })
    expect(ledger.landedBytes).toBe(6)
    expect([...ledger.theirDigests]).toEqual([[0, 'a']])
    expect(take(ledger)).toMatchObject({ first: 1, offset: 4 })
    expect(take(ledger)).toMatchObject({ first: 2, offset: 10, size: 2 })
  })

  it('puts split ranges together, and counts nothing that begins inside a chunk', () => {
    const ledger = ledgerOf(12, 4)
    ledger.reconcile({
      ranges: [
        [2, 4],
        [0, 2],
        [6, 8],
      ],
    })
    expect(ledger.landedBytes).toBe(4)
    expect(ledger.isLanded(0)).toBe(true)
    expect(ledger.prefixOf(1)).toBe(0)
  })

  it('leaves a chunk on its way to its own acknowledgement', () => {
    const ledger = ledgerOf(8, 4)
    const flight = take(ledger)
    ledger.reconcile({ ranges: [[0, 8]] })
    expect(ledger.statusOf(0)).toBe('sending')
    expect(ledger.landedBytes).toBe(4)
    ledger.land(flight, 4)
    expect(ledger.landedBytes).toBe(8)
  })

  it('ignores reports of a part that is no longer on its way', () => {
    const ledger = ledgerOf(8, 4)
    const flight = take(ledger)
    ledger.progress(flight, 3)
    expect(ledger.flightBytes).toBe(3)
    ledger.release(flight)
    ledger.progress(flight, 4)
    expect(ledger.flightBytes).toBe(0)
  })

  it('keeps its sums equal to a recount, whatever happens', () => {
    const step = fc.record({
      act: fc.constantFrom('take', 'land', 'short', 'release', 'progress', 'unland', 'reconcile' as const),
      pick: fc.nat(1000),
    })
    fc.assert(
      fc.property(
        fc.nat(200),
        fc.integer({ min: 1, max: 40 }),
        fc.array(step, { maxLength: 80 }),
        (size, cut, steps) => {
          const ledger = ledgerOf(size, cut)
          const { plan } = ledger
          for (const { act, pick } of steps) {
            const flight = [...ledger.flights][pick % Math.max(1, ledger.flights.size)]
            if (act === 'take') ledger.take({ maxChunks: 1 + (pick % 3), maxBytes: 1 + (pick % 60) })
            else if (act === 'unland') ledger.unland(pick % plan.count)
            else if (act === 'reconcile') {
              const start = chunkStart(plan, pick % plan.count)
              ledger.reconcile({ ranges: [[start, Math.min(size, start + (pick % 90))]] })
            } else if (!flight) continue
            else if (act === 'land') ledger.land(flight, flight.offset + flight.size)
            else if (act === 'short') ledger.land(flight, flight.offset + Math.floor(flight.size / 2))
            else if (act === 'release') ledger.release(flight)
            else ledger.progress(flight, pick)
          }
          let landedBytes = 0
          let landedChunks = 0
          for (let chunk = 0; chunk < plan.count; chunk++) {
            const bytes = chunkEnd(plan, chunk) - chunkStart(plan, chunk)
            if (ledger.isLanded(chunk)) landedChunks++
            landedBytes += ledger.isLanded(chunk) ? bytes : ledger.prefixOf(chunk)
          }
          expect(ledger.landedBytes).toBe(landedBytes)
          expect(ledger.landedChunks).toBe(landedChunks)
          expect(ledger.flightBytes).toBe([...ledger.flights].reduce((sum, each) => sum + each.sentBytes, 0))
          expect(ledger.landedBytes + ledger.flightBytes).toBeLessThanOrEqual(size)
        },
      ),
      { numRuns: 500 },
    )
  })
})
