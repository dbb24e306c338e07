import type { Json } from '../ports/json.ts'

/** A hex SHA-256 as RFC 9530 writes it. */
export function digestHeader(hex: string): string {
  const bytes = (hex.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16))
  return `sha-256=:${base64(bytes)}:`
}

/** JSON as base64url without padding: fit for a header, whatever the name of the file. */
export function uploadHeader(value: Json): string {
  const padded = base64(new TextEncoder().encode(JSON.stringify(value)))
  return padded.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

function base64(bytes: Iterable<number>): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
}
