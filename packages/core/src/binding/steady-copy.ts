import { isRecord } from '../policy/option-rules.ts'

/**
 * A copy of plain data in which each function calls the one that is at its place now.
 *
 * `present` reads the place this value was copied from.
 */
export function steadyCopy(value: unknown, present: () => unknown): unknown {
  if (typeof value === 'function') {
    return (...args: readonly unknown[]): unknown => {
      const now = present()
      return typeof now === 'function' ? now(...args) : now
    }
  }
  const below = (name: string | number) => (): unknown => {
    const whole = present()
    return isRecord(whole) ? whole[name] : Array.isArray(whole) ? whole[Number(name)] : undefined
  }
  if (Array.isArray(value)) return value.map((item, index) => steadyCopy(item, below(index)))
  if (!isRecord(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, steadyCopy(item, below(name))]),
  )
}

/** Whether two values have the same content: any two functions do, and so do a missing and an `undefined` member. */
export function isSameContent(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true
  if (typeof one === 'function' && typeof other === 'function') return true
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, index) => isSameContent(item, other[index]))
  }
  if (!isRecord(one) || !isRecord(other)) return false
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].every((name) =>
    isSameContent(one[name], other[name]),
  )
}
