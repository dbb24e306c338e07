import { describe, expect, it } from 'vitest'
import { systemRandom } from '../../src/platform/system-random.ts'

describe('systemRandom', () => {
  it('makes ids of 32 url-safe characters, none of them twice', () => {
    const ids = Array.from({ length: 5000 }, () => systemRandom.id())
    expect(ids.filter((id) => !/^[\w-]{32}$/.test(id))).toEqual([])
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('uses every character about as often as any other', () => {
    const text = Array.from({ length: 4000 }, () => systemRandom.id()).join('')
    const counts = new Map<string, number>()
    for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1)
    expect(counts.size).toBe(64)
    for (const count of counts.values()) expect(Math.abs(count - text.length / 64)).toBeLessThan(300)
  })
})
