import { createHash } from 'node:crypto'
import type { RequestListener } from 'node:http'
import { answerJson, bodyOf } from './loopback.ts'

/** What a server saw of one request. */
export interface Seen {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly size: number
  readonly sha256: string
  /** The body's bytes, one character each; empty above 64 KiB. */
  readonly bytes: string
}

/** Answers every request with what it saw of it. */
export const echo: RequestListener = async (request, response) => {
  const body = await bodyOf(request)
  const seen: Seen = {
    method: request.method ?? '',
    url: request.url ?? '',
    headers: request.headers as Record<string, string>,
    size: body.length,
    sha256: createHash('sha256').update(body).digest('hex'),
    bytes: body.length > 65_536 ? '' : body.toString('latin1'),
  }
  answerJson(response, 200, seen)
}

/** Reads what `echo` answered. */
export function seenIn(response: { readonly text: string }): Seen {
  return JSON.parse(response.text) as Seen
}
