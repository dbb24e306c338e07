import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RestrictionOptions } from '../../src/api/options.ts'
import type { RejectionReason } from '../../src/api/rejection.ts'
import { duplicateKey } from '../../src/policy/duplicate-key.ts'
import { checkFile, compileRestrictions } from '../../src/policy/restrictions.ts'
import type { Tally } from '../../src/ports/guard.ts'

const empty: Tally = { files: 0, bytes: 0, has: () => false }

const candidate = (size: number, name = 'a.txt', type = 'text/plain') => ({
  file: new Blob(),
  name,
  size,
  type,
  lastModified: 5,
})

const check = (
  restrictions: RestrictionOptions,
  size: number,
  tally: Partial<Tally> = {},
): RejectionReason[] => checkFile(candidate(size), compileRestrictions(restrictions), { ...empty, ...tally })

describe('checkFile', () => {
  it('takes everything where there are no rules', () => {
    expect(checkFile(candidate(2 ** 50), compileRestrictions(), { ...empty, files: 10 ** 6 })).toEqual([])
  })

  it('takes sizes up to the limit and from the least', () => {
    const rules = { maxFileSizeBytes: 10, minFileSizeBytes: 5 }
    expect([5, 10].map((size) => check(rules, size))).toEqual([[], []])
    expect([4, 11].map((size) => check(rules, size))).toEqual([
      [{ code: 'too-small', limit: 5 }],
      [{ code: 'too-large', limit: 10 }],
    ])
  })

  it('counts files and bytes with those that are on the list', () => {
    expect(check({ maxFiles: 3 }, 1, { files: 2 })).toEqual([])
    expect(check({ maxFiles: 3 }, 1, { files: 3 })).toEqual([{ code: 'too-many-files', limit: 3 }])
    expect(check({ maxFiles: 0 }, 1)).toEqual([{ code: 'too-many-files', limit: 0 }])
    expect(check({ maxTotalBytes: 10 }, 4, { bytes: 6 })).toEqual([])
    expect(check({ maxTotalBytes: 10 }, 5, { bytes: 6 })).toEqual([{ code: 'total-too-large', limit: 10 }])
  })

  it('finds duplicates only where they are refused', () => {
    const key = duplicateKey(candidate(3))
    const tally = { has: (other: string) => other === key }
    expect(check({ allowDuplicates: false }, 3, tally)).toEqual([{ code: 'duplicate' }])
    expect(check({ allowDuplicates: false }, 4, tally)).toEqual([])
    expect(check({ allowDuplicates: true }, 3, tally)).toEqual([])
    expect(check({}, 3, tally)).toEqual([])
  })

  it('tells every reason, not the first', () => {
    const rules = {
      accept: '.png',
      maxFiles: 1,
      maxFileSizeBytes: 1,
      minFileSizeBytes: 9,
      maxTotalBytes: 1,
      allowDuplicates: false,
    }
    expect(check(rules, 5, { files: 1, has: () => true }).map(({ code }) => code)).toEqual([
      'not-accepted',
      'too-large',
      'too-small',
      'too-many-files',
      'total-too-large',
      'duplicate',
    ])
  })

  it('leaves size and time unread where no rule needs them', () => {
    const read: string[] = []
    const watched = {
      file: new Blob(),
      name: 'a.png',
      type: '',
      get size(): number {
        read.push('size')
        return 1
      },
      get lastModified(): number {
        read.push('lastModified')
        return 1
      },
    }
    checkFile(watched, compileRestrictions({ accept: '.png', maxFiles: 4 }), empty)
    expect(read).toEqual([])
    checkFile(watched, compileRestrictions({ maxFileSizeBytes: 4 }), empty)
    expect(read).toEqual(['size'])
  })
})

describe('duplicateKey', () => {
  const facts = fc.record(
    {
      name: fc.string(),
      path: fc.string(),
      size: fc.nat(),
      lastModified: fc.nat(),
    },
    { requiredKeys: ['name', 'size'] },
  )

  it('is the same for the same facts and another for others', () => {
    fc.assert(
      fc.property(facts, facts, (one, other) => {
        expect(duplicateKey({ ...one })).toBe(duplicateKey(one))
        const same = (['name', 'path', 'size', 'lastModified'] as const).every(
          (fact) => one[fact] === other[fact],
        )
        expect(duplicateKey(one) === duplicateKey(other)).toBe(same)
      }),
    )
  })

  it('keeps name and path apart', () => {
    const size = 1
    expect(duplicateKey({ name: 'a', path: 'b"c', size })).not.toBe(
      duplicateKey({ name: 'a"b', path: 'c', size }),
    )
  })
})
