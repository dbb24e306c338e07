import type { ServerResponse } from 'node:http'
import type { SeenTusRequest } from './small-server.ts'

/** Looks at each request before the server does: `true` where it has answered. */
export type Misbehaviour = (request: SeenTusRequest, response: ServerResponse) => boolean | undefined

/** Does something to the nth request of a method, from 0; to every one where no number is given. */
export function to(method: string, act: (response: ServerResponse) => void, nth?: number): Misbehaviour {
  let count = 0
  return (request, response) => {
    if (request.method !== method || (nth !== undefined && count++ !== nth)) return undefined
    act(response)
    return true
  }
}

/** Answers instead of the server. */
export const answer =
  (status: number, headers: Record<string, string> = {}) =>
  (response: ServerResponse): void =>
    void response.writeHead(status, headers).end()

/** The line breaks. */
export const cut = (response: ServerResponse): void => void response.destroy()

/** The first of several that has answered. */
export function oneOf(...all: readonly Misbehaviour[]): Misbehaviour {
  return (request, response) => all.some((misbehave) => misbehave(request, response)) || undefined
}

/** Lets the server do as it was asked, and changes what it says of it. */
export function rewrite(method: string, change: (headers: Record<string, string>) => void): Misbehaviour {
  return ({ method: asked }, response) => {
    if (asked !== method) return undefined
    const writeHead = response.writeHead.bind(response)
    Object.assign(response, {
      writeHead: (status: number, headers: Record<string, string>) => {
        if (status < 300) change(headers)
        return writeHead(status, headers)
      },
    })
    return undefined
  }
}
