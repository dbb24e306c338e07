import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isUploadError } from '../../src/errors/upload-error.ts'
import { chunkEnd, chunkStart, planChunks } from '../../src/ledger/plan.ts'

const mebibyte = 1024 * 1024

describe('planChunks', () => {
  it('cuts into 8 MiB chunks unless told otherwise', () => {
    expect(planChunks(20 * mebibyte)).toEqual({ size: 20 * mebibyte, chunkSizeBytes: 8 * mebibyte, count: 3 })
    expect(planChunks(10, 4)).toEqual({ size: 10, chunkSizeBytes: 4, count: 3 })
  })

  it('makes one empty chunk of an empty file', () => {
    expect(planChunks(0)).toEqual({ size: 0, chunkSizeBytes: 8 * mebibyte, count: 1 })
  })

  it('doubles the size until there are at most 10,000 chunks', () => {
    const plan = planChunks(200 * 1024 * mebibyte)
    expect(plan.chunkSizeBytes).toBe(32 * mebibyte)
    expect(plan.count).toBe(6400)
  })

  it('lets the last chunk take the rest where the dialect wants that', () => {
    const plan = planChunks(10, 4, { rest: 'last' })
    expect(plan.count).toBe(2)
    expect([chunkStart(plan, 1), chunkEnd(plan, 1)]).toEqual([4, 10])
    expect(planChunks(3, 4, { rest: 'last' }).count).toBe(1)
  })

  it('refuses what does not fit into the chunks the server allows', () => {
    let thrown: unknown
    try {
      planChunks(1000, 1, { maxChunks: 10, maxChunkSizeBytes: 50 })
    } catch (error) {
      thrown = error
    }
    expect(isUploadError(thrown) && thrown.code).toBe('unsupported')
    expect(planChunks(1000, 1, { maxChunks: 10, maxChunkSizeBytes: 100 }).count).toBe(10)
  })

  it('covers every byte once, whatever the size', () => {
    const rest = fc.constantFrom('own' as const, 'last' as const)
    fc.assert(
      fc.property(fc.nat(100_000), fc.integer({ min: 1, max: 5000 }), rest, (size, wanted, how) => {
        const plan = planChunks(size, wanted, { rest: how, maxChunks: 100 })
        let at = 0
        for (let chunk = 0; chunk < plan.count; chunk++) {
          expect(chunkStart(plan, chunk)).toBe(at)
          at = chunkEnd(plan, chunk)
        }
        expect(at).toBe(size)
        expect(plan.count).toBeLessThanOrEqual(100)
      }),
    )
  })
})
