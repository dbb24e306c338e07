import type { TransportResponse } from '@lading/core'

/** An HTTP answer in short: `body` is a text, or becomes JSON. */
export interface ServerAnswer {
  /** @default 200 */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** An answer as a transport gives it. */
export function respond(
  url: string,
  { status = 200, headers = {}, body = '' }: ServerAnswer,
): TransportResponse {
  const isText = typeof body === 'string'
  const all = new Map([['content-type', isText ? 'text/plain' : 'application/json']])
  for (const [name, value] of Object.entries(headers)) all.set(name.toLowerCase(), value)
  return {
    status,
    url: new URL(url, 'http://simulated').href,
    header: (name) => all.get(name.toLowerCase()) ?? null,
    text: isText ? body : JSON.stringify(body),
  }
}
