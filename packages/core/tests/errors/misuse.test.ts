import { describe, expect, it } from 'vitest'
import { misuse } from '../../src/errors/misuse.ts'

class Thing {}

function named(): void {}

describe('misuse', () => {
  it.each([
    [0, '`0` (number)'],
    [-0.5, '`-0.5` (number)'],
    [Number.NaN, '`NaN` (number)'],
    [10n, '`10` (bigint)'],
    [true, '`true` (boolean)'],
    ['text', '`text` (string)'],
    ['', '`` (string)'],
    ['x'.repeat(200), `\`${'x'.repeat(80)}\` (string)`],
    [undefined, '`undefined` (undefined)'],
    [null, '`null` (null)'],
    [Symbol('s'), '`Symbol(s)` (symbol)'],
    [[1, 2, 3], '`3 items` (array)'],
    [{ a: 1 }, '`Object` (object)'],
    [Object.create(null), '`object` (object)'],
    [new Thing(), '`Thing` (object)'],
    [new Date(0), '`Date` (object)'],
    [named, '`named` (function)'],
    [(() => () => {})(), '`anonymous function` (function)'],
  ])('tells what was given: %s', (given, shown) => {
    const error = misuse('chunkSizeBytes', 'a positive integer', given)
    expect(error).toBeInstanceOf(TypeError)
    expect(error.message).toBe(`Expected \`chunkSizeBytes\` to be a positive integer, got ${shown}`)
  })

  it('shows nothing of what an object holds', () => {
    expect(misuse('http', 'an axios instance', { authorization: 's3cret' }).message).not.toContain('s3cret')
  })
})
