import type { RequestDescription } from '../ports/protocol.ts'

type Fields = Readonly<Record<string, string>>

/** Fields of a hook: before the first file of a form, among the pairs of a url-encoded body, else in the query. */
export function withFields(
  { body, query }: Pick<RequestDescription, 'body' | 'query'>,
  fields: Fields = {},
): Pick<RequestDescription, 'body' | 'query'> {
  const pairs = Object.entries(fields)
  const kept = { ...(body && { body }), ...(query && { query }) }
  if (body?.kind === 'urlencoded') return { ...kept, body: { ...body, entries: [...body.entries, ...pairs] } }
  if (body?.kind !== 'form') return { ...kept, query: { ...query, ...fields } }
  const entries = [...body.entries]
  const at = entries.findIndex((entry) => 'blob' in entry)
  entries.splice(at < 0 ? entries.length : at, 0, ...pairs.map(([name, value]) => ({ name, value })))
  return { ...kept, body: { ...body, entries } }
}

/** A URL with a query added to whatever it has. */
export function withQuery(url: string, query: Fields = {}): string {
  const added = String(new URLSearchParams(query))
  if (!added) return url
  const [beforeHash = '', ...hash] = url.split('#')
  return [`${beforeHash}${beforeHash.includes('?') ? '&' : '?'}${added}`, ...hash].join('#')
}
