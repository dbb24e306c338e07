/**
 * The error of a wrong argument: names the option, what was expected and what was given.
 *
 * Misuse is a bug of the caller and is thrown at once; what can happen to a correct program is an `UploadError`.
 */
export function misuse(option: string, expected: string, given: unknown): TypeError {
  return new TypeError(`Expected \`${option}\` to be ${expected}, got \`${show(given)}\` (${kind(given)})`)
}

function kind(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

function show(value: unknown): string {
  if (typeof value === 'string') return value.slice(0, 80)
  if (typeof value === 'function') return value.name || 'anonymous function'
  if (typeof value !== 'object' || value === null) return String(value)
  return Array.isArray(value) ? `${value.length} items` : (value.constructor?.name ?? 'object')
}
