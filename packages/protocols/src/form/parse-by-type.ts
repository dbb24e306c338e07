import type { Json, Reply } from '@lading/core/engine'

/** The result where no `parseResponse` is given: parsed JSON, or the answer's text where it does not say it is JSON. */
export type FormResult = Json

/**
 * Reads an answer by its Content-Type: JSON where it says so, `null` where there is none, else text.
 *
 * Throws `UploadError` `bad-response` for what says it is JSON and is not.
 */
export function parseByType(reply: Reply): FormResult {
  const type = reply.header('content-type') ?? ''
  if (!/^\s*(application|text)\/([^;]+\+)?json\s*(;|$)/i.test(type)) return reply.text
  return reply.text === '' ? null : (reply.json() as Json)
}
