import { createServer } from 'node:http'
import { readJson } from './read-json.mjs'
import { servePage } from './serve-page.mjs'

/**
 * One way of answering; `false` where the request is for somebody else.
 * @typedef {(request: import('node:http').IncomingMessage, response: import('node:http').ServerResponse, url: URL) => boolean} Handler
 */

/**
 * Listens on loopback: the pages, whatever else is to be on their origin, and `/control/…` for the bench itself.
 * @param {readonly Handler[]} handlers
 * @param {Record<string, (body: any) => unknown>} controls
 */
export function listen(handlers, controls = {}) {
  const all = { ...controls, cpu: cpuSeconds }
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    const control = all[/** @type {keyof typeof all} */ (/^\/control\/(\w+)$/.exec(url.pathname)?.[1] ?? '')]
    if (control) void answerControl(control, request, response)
    else if (!handlers.some((handle) => handle(request, response, url))) servePage(response, url)
  })
  server.requestTimeout = 0
  server.keepAliveTimeout = 60_000
  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    process.send?.({ port: typeof address === 'object' ? address?.port : undefined })
  })
  process.once('disconnect', () => process.exit())
}

/**
 * @param {(body: any) => unknown} control
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
async function answerControl(control, request, response) {
  const body = request.method === 'POST' ? await readJson(request) : undefined
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(JSON.stringify((await control(body)) ?? null))
}

/** Seconds of CPU this process has used. */
function cpuSeconds() {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}
