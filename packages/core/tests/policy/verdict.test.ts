import { describe, expect, it } from 'vitest'
import type { RestrictionOptions } from '../../src/api/options.ts'
import { validateFile } from '../../src/policy/verdict.ts'

const candidate = { file: new Blob(['x']), name: 'a.txt', size: 1, type: '', path: 'in/a.txt' }
const judge = (validate: unknown): unknown =>
  validateFile(candidate, { validate } as Pick<RestrictionOptions, 'validate'> & object)

describe('validateFile', () => {
  it('gives the file and its names to the rule', () => {
    const seen: unknown[] = []
    judge((...given: unknown[]) => void seen.push(given))
    expect(seen).toEqual([[candidate.file, { name: 'a.txt', path: 'in/a.txt' }]])
  })

  it('takes the file where nothing is said', () => {
    expect(validateFile(candidate, {})).toBe(undefined)
    for (const verdict of [undefined, null, false, true, '']) expect(judge(() => verdict)).toBe(undefined)
  })

  it('turns a text into a reason and leaves a reason as it is', () => {
    expect(judge(() => 'no')).toEqual({ code: 'invalid', message: 'no' })
    expect(judge(() => ({ code: 'too-large', limit: 7 }))).toEqual({ code: 'too-large', limit: 7 })
  })

  it('answers at once unless the rule is slow', async () => {
    expect(judge(() => 'no')).not.toBeInstanceOf(Promise)
    const slow = judge(async () => 'no')
    expect(slow).toBeInstanceOf(Promise)
    expect(await slow).toEqual({ code: 'invalid', message: 'no' })
    // biome-ignore lint/suspicious/noThenProperty: some libraries have promises of their own.
    const foreign = judge(() => ({ then: (resolve: (verdict: string) => void) => resolve('no') }))
    expect(foreign).toBeInstanceOf(Promise)
    expect(await foreign).toEqual({ code: 'invalid', message: 'no' })
  })

  it('refuses the file when the rule throws, now or later', async () => {
    const broken = new Error('broken')
    expect(
      judge(() => {
        throw broken
      }),
    ).toEqual({ code: 'invalid', message: 'broken' })
    expect(await judge(() => Promise.reject(broken))).toEqual({ code: 'invalid', message: 'broken' })
    expect(await judge(() => Promise.reject('odd'))).toEqual({ code: 'invalid', message: 'odd' })
  })
})
