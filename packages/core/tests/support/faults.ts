import type { IncomingMessage, ServerResponse } from 'node:http'

/** Looks at a request before the server does; `true` where it has answered. */
export type Fault = (request: IncomingMessage, response: ServerResponse) => boolean

/** Which request of the protocol this is, in one word. */
export function kindOf({ method, url = '', headers }: IncomingMessage): string {
  if (method !== 'POST') return method ?? ''
  if (url.endsWith('/complete')) return 'complete'
  return headers['content-type'] === 'application/json' ? 'create' : 'single'
}

/** Holds for the first requests of a kind only. */
export function first(count: number, kind: string, fault: Fault): Fault {
  let left = count
  return (request, response) => kindOf(request) === kind && left-- > 0 && fault(request, response)
}

/** Answers instead of the server. */
export function answer(status: number, body = '', headers: Readonly<Record<string, string>> = {}): Fault {
  return (_, response) => {
    response.writeHead(status, { 'Content-Type': 'text/html', ...headers }).end(body)
    return true
  }
}

/** The server does as it was asked, and the line breaks before it can say so. */
export const loseAnswer: Fault = ({ socket }, response) => {
  const cut = (): ServerResponse => {
    socket.destroy()
    return response
  }
  Object.assign(response, { writeHead: cut, write: cut, end: cut })
  return false
}

/** The line breaks as soon as the body begins. */
export const breakBody: Fault = (request) => {
  request.once('data', () => request.socket.destroy())
  return true
}

/** The answer breaks off in the middle. */
export const breakAnswer: Fault = (_, response) => {
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': '1000' })
  response.write('{"chunks":[', () => response.destroy())
  return true
}

/** No answer ever comes. */
export const stall: Fault = (request) => {
  request.resume()
  return true
}

/** The server keeps what came in so far, and then the line breaks. */
export function breakAfter(bytes: number): Fault {
  return (request) => {
    let left = bytes
    onPieces(request, (piece) => {
      const passed = piece.subarray(0, left)
      left -= passed.length
      if (left === 0) setImmediate(() => request.socket.destroy())
      return passed
    })
    return false
  }
}

/** Flips a bit of the body's first byte on its way to the server. */
export const flipBit: Fault = (request) => {
  let isFlipped = false
  onPieces(request, (piece) => {
    if (isFlipped || piece.length === 0) return piece
    isFlipped = true
    return piece.map((byte, at) => (at === 0 ? byte ^ 1 : byte))
  })
  return false
}

/** Changes the pieces of a body before anybody reads them. */
function onPieces(request: IncomingMessage, change: (piece: Uint8Array) => Uint8Array): void {
  const push = request.push.bind(request)
  request.push = (piece: Uint8Array | null) => {
    if (!piece) return push(piece)
    const changed = change(piece)
    return changed.length > 0 ? push(Buffer.from(changed)) : true
  }
}
