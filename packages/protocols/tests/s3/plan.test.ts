import type { Plan, ProtocolContext } from '@lading/core/engine'
import { describe, expect, it } from 'vitest'
import { s3 } from '../../src/s3/index.ts'

const [mebibyte, gibibyte, tebibyte] = [1024 ** 2, 1024 ** 3, 1024 ** 4]
const protocol = s3({ endpoint: '/s3' })

function planOf(size: number, wanted?: number, singlePutBytes?: number): Plan {
  const file = { uploadId: 'u', name: 'n', size, type: '', metadata: {} }
  const options = singlePutBytes === undefined ? {} : { singlePutBytes }
  return s3({ endpoint: '/s3', ...options })
    .traits(file)
    .plan(size, wanted)
}

describe('the plan of s3', () => {
  it.each([
    [0, undefined, { chunkSizeBytes: 1, count: 1 }],
    [16 * mebibyte, undefined, { chunkSizeBytes: 16 * mebibyte, count: 1 }],
    [16 * mebibyte + 1, undefined, { chunkSizeBytes: 16 * mebibyte, count: 2 }],
    [17 * mebibyte, 1, { chunkSizeBytes: 5 * mebibyte, count: 4 }],
    [100 * mebibyte, 64 * mebibyte, { chunkSizeBytes: 64 * mebibyte, count: 2 }],
    [156.25 * gibibyte, undefined, { chunkSizeBytes: 16 * mebibyte, count: 10_000 }],
    [156.25 * gibibyte + 1, undefined, { chunkSizeBytes: 17 * mebibyte, count: 9412 }],
    [5 * tebibyte, undefined, { chunkSizeBytes: 525 * mebibyte, count: 9987 }],
    [50_000 * gibibyte, undefined, { chunkSizeBytes: 5 * gibibyte, count: 10_000 }],
    [20 * gibibyte, 6 * gibibyte, { chunkSizeBytes: 5 * gibibyte, count: 4 }],
  ])('cuts %i bytes, wanted %s', (size, wanted, plan) => {
    expect(planOf(size, wanted)).toEqual({ size, ...plan })
  })

  it('never has more than 10,000 parts, nor parts that S3 refuses', () => {
    for (let size = 1; size <= 50_000 * gibibyte; size = Math.ceil(size * 1.37)) {
      const { chunkSizeBytes, count } = planOf(size, 5 * mebibyte)
      expect(count).toBeLessThanOrEqual(10_000)
      expect(chunkSizeBytes * count).toBeGreaterThanOrEqual(size)
      if (count > 1) expect(chunkSizeBytes).toBeGreaterThanOrEqual(5 * mebibyte)
      expect(chunkSizeBytes).toBeLessThanOrEqual(5 * gibibyte)
      expect(size - (count - 1) * chunkSizeBytes).toBeGreaterThan(0)
    }
  })

  it('refuses what no S3 takes', () => {
    expect(() => planOf(50_000 * gibibyte + 1)).toThrow(expect.objectContaining({ code: 'unsupported' }))
  })

  it('makes one PUT of what the app says is small', () => {
    expect(planOf(100 * mebibyte, undefined, 100 * mebibyte).count).toBe(1)
    expect(planOf(1, undefined, 0).count).toBe(1)
  })
})

describe('a session of another plan', () => {
  const now = { size: 20 * mebibyte, chunkSizeBytes: 10 * mebibyte, count: 2 }
  const ctx = {
    plan: now,
    file: { uploadId: 'u', name: 'n', size: now.size, type: '', metadata: {} },
    signal: new AbortController().signal,
    now: () => 0,
    request: () => {
      throw new Error('Nothing is asked')
    },
  } satisfies ProtocolContext
  const part = { first: 0, count: 1, offset: 0, size: 10 * mebibyte, blob: new Blob([]) }

  it.each([
    ['smaller parts', { ...now, chunkSizeBytes: 5 * mebibyte, count: 4 }],
    ['parts of another size, as many', { ...now, chunkSizeBytes: 11 * mebibyte }],
    ['another file', { ...now, size: 19 * mebibyte }],
    ['one PUT', { ...now, chunkSizeBytes: 20 * mebibyte, count: 1 }],
  ])('is of no use, with %s: nothing is asked, sent, counted or completed', async (_what, plan) => {
    const session = { plan, signer: { token: 't' } }
    const lost = { lost: 'plan-changed' }
    expect(await protocol.landed?.(ctx, session)).toEqual(lost)
    expect(await protocol.send(ctx, session, part)).toEqual(lost)
    expect(await protocol.complete?.(ctx, session, { receipts: [] })).toEqual(lost)
  })
})
