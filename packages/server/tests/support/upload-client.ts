import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import type {
  WireCompleted,
  WireCreate,
  WireIdentity,
  WireMatchAsk,
  WireMatched,
  WireProblem,
  WireProblemCode,
  WirePublished,
  WireResult,
  WireSent,
  WireUpload,
} from '../../src/index.ts'
import { digestHeader } from './bytes.ts'

type Headers = Readonly<Record<string, string>>
type Body = Uint8Array<ArrayBuffer> | string

/** Sends a request somewhere; `path` starts at the root. */
export type Send = (
  path: string,
  init: { method: string; headers: Headers; body?: Body },
) => Promise<Response>

/** Sends to a server's `fetch`, with no network in between. */
export function sendTo(server: { fetch(request: Request): Promise<Response> }): Send {
  return (path, { method, headers, body }) => {
    const length =
      body === undefined ? undefined : typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength
    const all = { ...(length === undefined ? {} : { 'Content-Length': String(length) }), ...headers }
    return server.fetch(
      new Request(`http://local.test${path}`, { method, headers: all, ...(body ? { body } : {}) }),
    )
  }
}

/** Sends over the network. */
export function sendOver(origin: string): Send {
  return (path, { method, headers, body }) =>
    fetch(origin + path, { method, headers, ...(body === undefined ? {} : { body }) })
}

/** The native protocol, request by request. */
export class UploadClient {
  readonly send: Send
  readonly base: string

  constructor(send: Send, base = '/uploads') {
    this.send = send
    this.base = base
  }

  create(
    description: Partial<WireCreate> | Body,
    key: string = randomUUID(),
    headers: Headers = {},
  ): Promise<Response> {
    const isRaw = typeof description === 'string' || description instanceof Uint8Array
    return this.send(this.base, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': key, ...headers },
      body: isRaw ? description : JSON.stringify(description),
    })
  }

  async created(description: Partial<WireCreate>, key?: string, headers?: Headers): Promise<WireUpload> {
    return read<WireUpload>(await this.create({ name: 'file.bin', ...description }, key, headers), 201)
  }

  createWhole(
    bytes: Uint8Array<ArrayBuffer>,
    description: Partial<WireCreate> = {},
    key: string = randomUUID(),
    headers: Headers = {},
  ): Promise<Response> {
    const whole = { name: 'file.bin', size: bytes.byteLength, chunkSizeBytes: 1024 * 1024, ...description }
    return this.send(this.base, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/octet-stream',
        'Idempotency-Key': key,
        'Lading-Upload': Buffer.from(JSON.stringify(whole)).toString('base64url'),
        'Content-Digest': digestHeader(bytes),
        ...headers,
      },
      body: bytes,
    })
  }

  async published(bytes: Uint8Array<ArrayBuffer>, description?: Partial<WireCreate>): Promise<WirePublished> {
    return read<WirePublished>(await this.createWhole(bytes, description), 201)
  }

  patch(
    id: string,
    offset: number,
    bytes: Uint8Array<ArrayBuffer>,
    headers: Headers = {},
  ): Promise<Response> {
    return this.send(`${this.base}/${id}`, {
      method: 'PATCH',
      headers: { 'Content-Type': 'application/octet-stream', 'Upload-Offset': String(offset), ...headers },
      body: bytes,
    })
  }

  async sent(
    id: string,
    offset: number,
    bytes: Uint8Array<ArrayBuffer>,
    headers?: Headers,
  ): Promise<WireSent> {
    return read<WireSent>(await this.patch(id, offset, bytes, headers), 200)
  }

  get(id: string, headers: Headers = {}): Promise<Response> {
    return this.send(`${this.base}/${id}`, { method: 'GET', headers })
  }

  async status(id: string): Promise<WireUpload> {
    return read<WireUpload>(await this.get(id), 200)
  }

  complete(id: string, identity?: WireIdentity, headers: Headers = {}): Promise<Response> {
    return this.send(`${this.base}/${id}/complete`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify({ identity }),
    })
  }

  async completed(id: string, identity?: WireIdentity): Promise<WireCompleted> {
    return read<WireCompleted>(await this.complete(id, identity), 200)
  }

  abort(id: string, headers: Headers = {}): Promise<Response> {
    return this.send(`${this.base}/${id}`, { method: 'DELETE', headers })
  }

  matches(asks: unknown): Promise<Response> {
    return this.send(`${this.base}/matches`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ asks }),
    })
  }

  /** The file that one ask has made; undefined where the answer is no. */
  async matched(ask: WireMatchAsk): Promise<WireResult | undefined> {
    const { answers } = await read<WireMatched>(await this.matches([ask]), 200)
    expect(answers).toHaveLength(1)
    const [answer] = answers
    if (answer?.match === 'yes') return answer.result
    expect(answer).toEqual({ match: 'no' })
    return undefined
  }

  file(id: string, headers: Headers = {}, method = 'GET'): Promise<Response> {
    return this.send(`${this.base}/files/${id}`, { method, headers })
  }

  async bytes(id: string): Promise<Uint8Array> {
    const response = await this.file(id)
    expect(response.status).toBe(200)
    return new Uint8Array(await response.arrayBuffer())
  }

  removeFile(id: string): Promise<Response> {
    return this.file(id, {}, 'DELETE')
  }
}

/** The JSON of an answer that must have this status. */
export async function read<Wire>(response: Response, status: number): Promise<Wire> {
  const text = await response.text()
  expect({ status: response.status, text }).toEqual({ status, text })
  const value: Wire = JSON.parse(text)
  return value
}

/** The problem of an answer that must be one with this code. */
export async function readProblem(
  response: Response,
  status: number,
  code: WireProblemCode,
): Promise<WireProblem> {
  const problem = await read<WireProblem>(response, status)
  expect(problem).toMatchObject({ status, code, type: `urn:lading:problem:${code}` })
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  return problem
}
