/** Throws the TypeError of an option that is not what it must be. */
export function rejectOption(name: string, expected: string, value: unknown): never {
  const shown = typeof value === 'bigint' || typeof value === 'symbol' ? String(value) : JSON.stringify(value)
  throw new TypeError(`Expected \`${name}\` to be ${expected}, got \`${shown}\` (${typeof value})`)
}

/** A whole number from `least`; `fallback` if it is undefined. */
export function integerOption(name: string, value: unknown, fallback: number, least = 1): number {
  if (value === undefined) return fallback
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least) return value
  return rejectOption(name, least === 0 ? 'a non-negative integer' : 'a positive integer', value)
}

/** A function, or undefined. */
export function assertFunctionOption(name: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'function') rejectOption(name, 'a function', value)
}
