import { createServer, request } from 'node:http'
import type { S3Client } from '@aws-sdk/client-s3'
import { s3Url, testClient } from './on-s3.ts'
import { listen } from './server-fixture.ts'

/** A line to the engine that counts what goes over it, and can refuse. */
export interface S3Tap {
  readonly client: S3Client
  /** Requests so far. */
  readonly requests: string[]
  /** Bytes of bodies, to the engine and back. */
  bytes: number
  /** Whether a request is answered with 503 SlowDown instead. */
  refuses: (method: string, url: string) => boolean
}

/** Lays such a line. */
export async function tapS3(): Promise<S3Tap> {
  const engine = new URL(s3Url)
  const proxy = createServer((incoming, answer) => {
    const { method = '', url = '', headers } = incoming
    tap.requests.push(`${method} ${url}`)
    if (tap.refuses(method, url)) {
      incoming.resume()
      answer.writeHead(503, { 'Content-Type': 'application/xml' })
      answer.end('<?xml version="1.0"?><Error><Code>SlowDown</Code><Message>Slow down</Message></Error>')
      return
    }
    const outgoing = request(engine.origin + url, { method, headers, agent: false })
    outgoing.on('response', (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers)
      response.on('data', (piece: Buffer) => {
        tap.bytes += piece.byteLength
      })
      response.pipe(answer)
      answer.on('close', () => response.destroy())
    })
    outgoing.on('error', () => answer.destroy())
    incoming.on('data', (piece: Buffer) => {
      tap.bytes += piece.byteLength
    })
    incoming.pipe(outgoing)
  })
  const port = await listen(proxy)
  const { username, password } = engine
  const tap: S3Tap = {
    client: testClient(`http://${username}:${password}@127.0.0.1:${port}`),
    requests: [],
    bytes: 0,
    refuses: () => false,
  }
  return tap
}

/** A client of a process that is gone after so many requests: none leaves it any more. */
export function mortalClient(): {
  readonly client: S3Client
  dieAfter(requests: number): void
  readonly isDead: () => boolean
} {
  const client = testClient()
  let left = Number.POSITIVE_INFINITY
  client.middlewareStack.add(
    (next) => async (args) => {
      if (left <= 0) throw new Error('This process is gone')
      left -= 1
      return next(args)
    },
    { step: 'initialize', name: 'mortal' },
  )
  return {
    client,
    dieAfter: (requests) => {
      left = requests
    },
    isDead: () => left <= 0,
  }
}
