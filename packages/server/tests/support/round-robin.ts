import { createServer, request } from 'node:http'
import { listen } from './server-fixture.ts'

/** A plain proxy that gives each request to the next of several servers; one that is gone is a broken connection. */
export async function roundRobin(
  origins: () => readonly string[],
): Promise<{ origin: string; counts: Map<string, number> }> {
  const counts = new Map<string, number>()
  let turn = 0
  const proxy = createServer((incoming, answer) => {
    const all = origins()
    const origin = all[turn % all.length] ?? ''
    turn += 1
    counts.set(origin, (counts.get(origin) ?? 0) + 1)
    const { method, headers, url } = incoming
    const outgoing = request(`${origin}${url}`, { method, headers, agent: false })
    outgoing.on('response', (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers)
      response.pipe(answer)
      response.on('error', () => answer.destroy())
      response.on('close', () => {
        if (!response.complete) answer.destroy()
      })
    })
    outgoing.on('error', () => answer.destroy())
    incoming.on('error', () => outgoing.destroy())
    incoming.pipe(outgoing)
  })
  return { origin: `http://127.0.0.1:${await listen(proxy)}`, counts }
}
