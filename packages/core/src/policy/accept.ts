/** Whether a file of this name and type is let through. */
export type AcceptTest = (name: string, type: string) => boolean

/** The single tokens of an `accept` value, in lower case. */
function acceptTokens(accept: string | readonly string[]): string[] {
  return (typeof accept === 'string' ? [accept] : accept)
    .flatMap((list) => list.split(','))
    .map((token) => token.trim().toLowerCase())
    .filter(Boolean)
}

/** Whether a value is an `accept` list in which every token is an extension, a MIME type or a wildcard. */
export function isAccept(value: unknown): boolean {
  const lists = Array.isArray(value) ? value : [value]
  return (
    lists.every((list) => typeof list === 'string') &&
    acceptTokens(lists).every((token) => /^(\.[^/*]+|[^/*.\s][^/*\s]*\/(\*|[^/*\s]+)|\*(\/\*)?)$/.test(token))
  )
}

/**
 * The test of an `accept` value, as a browser's file dialog reads it; `undefined` where it lets everything through.
 *
 * One token that fits is enough, so a file of no type gets in by its extension. Case is of no matter, and neither are
 * a type's parameters.
 */
export function compileAccept(accept: string | readonly string[] = []): AcceptTest | undefined {
  const tokens = acceptTokens(accept)
  if (tokens.length === 0 || tokens.some((token) => token === '*' || token === '*/*')) return undefined
  const endings = tokens.filter((token) => token.startsWith('.'))
  const families = tokens.filter((token) => token.endsWith('/*')).map((token) => token.slice(0, -1))
  const types = new Set(tokens)
  return (name, type) => {
    const lowerName = name.toLowerCase()
    const bareType = (type.split(';', 1)[0] ?? '').trim().toLowerCase()
    return (
      types.has(bareType) ||
      endings.some((ending) => lowerName.endsWith(ending)) ||
      families.some((family) => bareType.startsWith(family))
    )
  }
}
