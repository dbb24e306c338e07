import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { storeOrigin } from './store.ts'

/** A request as it was on the wire. */
export interface Seen {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  status: number | undefined
}

/** A place between a client and the store: it writes down what passes, and may change it. */
export interface StoreProxy {
  readonly origin: string
  readonly seen: Seen[]
  /** The requests whose body is a part, or a whole file. */
  readonly puts: () => Seen[]
  /** Looks at each request first; `true` where it has answered. */
  intercept: ((request: IncomingMessage, response: ServerResponse, seen: Seen) => boolean) | undefined
  /** Sends a request on that was kept from it. */
  pass(request: IncomingMessage, response: ServerResponse, seen: Seen): void
  /** Changes the pieces of a body on their way to the store. */
  corrupt: ((piece: Buffer, seen: Seen) => Buffer) | undefined
  /** Looks at each answer of the store; `true` where it is not to be passed on. */
  swallow: ((seen: Seen) => boolean) | undefined
}

/** Starts one; it is gone when the test is over. */
export async function storeProxy(): Promise<StoreProxy> {
  const seen: Seen[] = []
  const server = createServer((incoming, response) => {
    const { method = '', url = '', headers } = incoming
    const { pathname, searchParams } = new URL(url, 'http://store')
    const one: Seen = { method, path: pathname, query: searchParams, headers, status: undefined }
    seen.push(one)
    if (!proxy.intercept?.(incoming, response, one)) pass(proxy, incoming, response, one)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const proxy: StoreProxy = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    puts: () => seen.filter(({ method }) => method === 'PUT'),
    intercept: undefined,
    pass: (request, response, one) => pass(proxy, request, response, one),
    corrupt: undefined,
    swallow: undefined,
  }
  return proxy
}

function pass(proxy: StoreProxy, incoming: IncomingMessage, response: ServerResponse, seen: Seen): void {
  const { method, url, rawHeaders } = incoming
  // The host is signed, so it stays what the client believes it to be.
  const onward = request(storeOrigin() + url, { method, headers: pairs(rawHeaders) }, (answer) => {
    seen.status = answer.statusCode
    if (proxy.swallow?.(seen)) {
      answer.resume()
      answer.once('end', () => incoming.socket.destroy())
      return
    }
    response.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
    answer.pipe(response)
  })
  onward.on('error', () => response.destroy())
  incoming.on('data', (piece: Buffer) => onward.write(proxy.corrupt?.(piece, seen) ?? piece))
  incoming.on('end', () => onward.end())
  incoming.on('error', () => onward.destroy())
}

function pairs(raw: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {}
  for (let at = 0; at < raw.length; at += 2) headers[raw[at] ?? ''] = raw[at + 1] ?? ''
  return headers
}
