import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { UploadError } from '../../src/errors/upload-error.ts'
import { type Failure, retryDelayMs } from '../../src/policy/retry.ts'

const retry = { attempts: 10, baseDelayMs: 500, maxDelayMs: 30_000 }
const network = new UploadError('network')
const almostOne = 1 - 2 ** -53

const failure = fc.record({
  attempt: fc.integer({ min: 1, max: 2000 }),
  error: fc.record({
    retryable: fc.boolean(),
    retryAfterMs: fc.option(fc.nat(10 ** 12), { nil: undefined }),
  }),
  retry: fc.record({
    attempts: fc.nat(2000),
    baseDelayMs: fc.nat(2 ** 31 - 1),
    maxDelayMs: fc.nat(2 ** 31 - 1),
  }),
  random: fc.double({ min: 0, max: almostOne, noNaN: true }).map((number) => () => number),
}) as fc.Arbitrary<Failure>

describe('retryDelayMs', () => {
  it('doubles its ceiling with each failure, up to the longest delay', () => {
    const ceilings = [1, 2, 3, 6, 7, 9].map((attempt) =>
      retryDelayMs({ attempt, error: network, retry, random: () => almostOne }),
    )
    expect(ceilings).toEqual([500, 1000, 2000, 16_000, 30_000, 30_000])
  })

  it('spreads over the whole range below the ceiling', () => {
    const at = (random: number): number | undefined =>
      retryDelayMs({ attempt: 3, error: network, retry, random: () => random })
    expect([at(0), at(0.25), at(0.5)]).toEqual([0, 500, 1000])
  })

  it('puts its jitter on top of Retry-After, also of one longer than the longest delay', () => {
    const error = new UploadError('rate-limited', { retryAfterMs: 60_000 })
    const at = (random: number): number | undefined =>
      retryDelayMs({ attempt: 1, error, retry, random: () => random })
    expect([at(0), at(0.5)]).toEqual([60_000, 60_250])
  })

  it('gives up with the last attempt, and at once where there are none', () => {
    const after = (attempt: number, attempts: number): number | undefined =>
      retryDelayMs({ attempt, error: network, retry: { ...retry, attempts }, random: () => 0 })
    expect([after(1, 0), after(1, 1), after(1, 2), after(2, 2), after(9, 10), after(10, 10)]).toEqual([
      undefined,
      undefined,
      0,
      undefined,
      0,
      undefined,
    ])
  })

  it('never tries again what can never succeed', () => {
    fc.assert(
      fc.property(failure, (given) => {
        const error = { ...given.error, retryable: false }
        expect(retryDelayMs({ ...given, error })).toBe(undefined)
      }),
    )
  })

  it('waits a whole number of milliseconds a timer can take, within its bounds', () => {
    fc.assert(
      fc.property(failure, (given) => {
        const delayMs = retryDelayMs({ ...given, error: { ...given.error, retryable: true } })
        if (given.attempt >= given.retry.attempts) {
          expect(delayMs).toBe(undefined)
          return
        }
        const floor = given.error.retryAfterMs ?? 0
        expect(Number.isSafeInteger(delayMs)).toBe(true)
        expect(delayMs).toBeGreaterThanOrEqual(Math.min(floor, 2 ** 31 - 1))
        expect(delayMs).toBeLessThanOrEqual(Math.min(floor + given.retry.maxDelayMs, 2 ** 31 - 1))
      }),
    )
  })
})
