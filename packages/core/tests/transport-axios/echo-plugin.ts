import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Plugin } from 'vite'
import { echo } from './echo.ts'

/**
 * Serves what tests of the transport in a browser need at `/echo`, on the page's own origin and, with CORS, on another
 * one, whose address is the answer at `/echo/elsewhere`.
 */
export function echoPlugin(): Plugin {
  return {
    name: 'lading:echo',
    apply: 'serve',
    configureServer(vite) {
      const serve = echoServer()
      const elsewhere = createServer((request, response) => {
        if (!allowed(request, response)) serve(request, response)
      })
      elsewhere.listen(0, '127.0.0.1').unref()
      vite.httpServer?.once('close', () => elsewhere.close())
      vite.middlewares.use((request, response, next) => {
        if (!request.url?.startsWith('/echo')) return next()
        if (request.url !== '/echo/elsewhere') return serve(request, response)
        response.end(`http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`)
      })
    },
  }
}

/** Adds CORS headers; whether the request was a preflight, which is answered then. `/echo/closed-off` has none. */
function allowed(request: IncomingMessage, response: ServerResponse): boolean {
  if (!request.url?.startsWith('/echo/closed-off')) {
    response.setHeader('Access-Control-Allow-Origin', '*')
    response.setHeader('Access-Control-Allow-Headers', '*, Authorization')
    response.setHeader('Access-Control-Allow-Methods', '*')
    response.setHeader('Access-Control-Expose-Headers', 'X-Told')
  }
  if (request.method === 'OPTIONS') response.writeHead(204).end()
  return request.method === 'OPTIONS'
}

function echoServer(): RequestListener {
  const held = new Map<string, () => void>()
  const closed = new Set<string>()
  return (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
    const id = searchParams.get('id') ?? ''
    switch (pathname) {
      case '/echo/status':
        request.resume()
        return void response
          .writeHead(Number(searchParams.get('is')), { 'X-Told': 'yes', 'X-Hidden': 'yes' })
          .end('text')
      case '/echo/redirect':
        request.resume()
        return void response.writeHead(307, { Location: '/echo?redirected' }).end()
      case '/echo/cut':
        request.resume()
        response.writeHead(200, { 'Content-Length': 100 }).write('half')
        return void setTimeout(() => response.destroy(), 20)
      case '/echo/hold':
        // reads on, so that it sees the connection close, and never answers
        request.resume()
        return void response.once('close', () => {
          closed.add(id)
          held.get(id)?.()
        })
      case '/echo/let-go':
        // may come after the one it asks about
        if (closed.delete(id)) return void response.end('let go')
        return void held.set(id, () => response.end('let go'))
      default:
        return echo(request, response)
    }
  }
}
