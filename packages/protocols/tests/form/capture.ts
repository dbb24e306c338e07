import type { IncomingHttpHeaders } from 'node:http'
import { bodyOf, loopback } from './loopback.ts'

/** One request as it was on the wire: the parts of its form with their headers, as UTF-8. */
export interface Captured {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly parts: readonly string[]
}

/** A server that keeps what it is sent and answers 201 with nothing. */
export async function capture(): Promise<{ origin: string; requests: Captured[] }> {
  const requests: Captured[] = []
  const origin = await loopback(async (request, response) => {
    const { method = '', url = '', headers } = request
    const body = (await bodyOf(request)).toString()
    requests.push({ method, url, headers, parts: partsOf(body, headers['content-type']) })
    response.writeHead(201).end()
  })
  return { origin, requests }
}

function partsOf(body: string, contentType = ''): string[] {
  const boundary = /^multipart\/form-data; boundary=(.+)$/.exec(contentType)?.[1]
  if (!boundary) throw new Error(`No form: ${contentType}`)
  const pieces = body.split(`--${boundary}`)
  if (pieces[0] !== '' || pieces.at(-1)?.trim() !== '--') throw new Error('The form is not whole')
  return pieces.slice(1, -1).map((piece) => piece.slice(2, -2))
}
