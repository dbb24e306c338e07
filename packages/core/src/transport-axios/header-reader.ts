/** Reads headers by case-insensitive name, from an `AxiosHeaders` of any copy of axios or a plain object. */
export function headerReader(headers: unknown): (name: string) => string | null {
  const values = new Map<string, string>()
  if (typeof headers === 'object' && headers !== null) {
    for (const [name, value] of Object.entries(headers)) {
      if (typeof value === 'function' || value === undefined || value === null || value === false) continue
      values.set(name.toLowerCase(), Array.isArray(value) ? value.join(', ') : String(value))
    }
  }
  return (name) => values.get(name.toLowerCase()) ?? null
}
