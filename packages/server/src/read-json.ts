import { problem } from './problem.ts'
import type { RequestBody } from './request-body.ts'

/** Reads a JSON object of limited size. No body at all is undefined. */
export async function readJsonObject(
  body: RequestBody,
  limit: number,
): Promise<Record<string, unknown> | undefined> {
  const pieces: Uint8Array[] = []
  let length = 0
  for (let some = await body.next(); some; some = await body.next()) {
    for (const piece of some) {
      length += piece.byteLength
      if (length > limit) throw problem('body-too-large', { limit })
      pieces.push(piece)
    }
  }
  return length === 0 ? undefined : parseJsonObject(Buffer.concat(pieces))
}

/** Parses a JSON object in UTF-8. */
export function parseJsonObject(bytes: Uint8Array): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw problem('invalid-request', { detail: 'The JSON cannot be read' })
  }
  if (!isObject(value)) throw problem('invalid-request', { detail: 'Expected a JSON object' })
  return value
}

/** Whether a JSON value is an object, and not an array or null. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
