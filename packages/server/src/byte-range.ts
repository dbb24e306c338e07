/** A range of a file, `end` excluded. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/**
 * Reads a `Range` header for a file of this size (RFC 9110, section 14).
 * Undefined means the whole: no header, another unit, several ranges, or one that is malformed.
 */
export function readByteRange(
  value: string | undefined,
  size: number,
): ByteRange | 'not-satisfiable' | undefined {
  const match = value === undefined ? null : /^bytes\s*=\s*(\d*)\s*-\s*(\d*)\s*$/i.exec(value)
  if (!match) return undefined
  const [, first = '', last = ''] = match
  if (first === '' && last === '') return undefined
  if (first === '') {
    const suffix = Number(last)
    return suffix === 0 || size === 0 ? 'not-satisfiable' : { start: Math.max(0, size - suffix), end: size }
  }
  const start = Number(first)
  if (last !== '' && Number(last) < start) return undefined
  if (start >= size) return 'not-satisfiable'
  return { start, end: last === '' ? size : Math.min(size, Number(last) + 1) }
}
