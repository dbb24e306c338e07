import type { Json } from '../ports/json.ts'

/** A hex SHA-256 as RFC 9530 writes it. */
export function digestHeader(hex: string): string {
  const bytes = hex.match(/../g)?.map((pair) => String.fromCharCode(Number.parseInt(pair, 16))) ?? []
  return `sha-256=:${btoa(bytes.join(''))}:`
}

/** JSON as base64url without padding: fit for a header, whatever the name of the file. */
export function uploadHeader(value: Json): string {
  let binary = ''
  for (const byte of new TextEncoder().encode(JSON.stringify(value))) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}
