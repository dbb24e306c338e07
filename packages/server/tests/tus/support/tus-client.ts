import { createHash } from 'node:crypto'
import { expect } from 'vitest'
import { startServer } from '../../support/server-fixture.ts'
import type { Send, UploadClient } from '../../support/upload-client.ts'

type Headers = Readonly<Record<string, string | undefined>>
type Bytes = Uint8Array<ArrayBuffer>

/** tus, request by request; a header given as undefined is left out. */
export class TusClient {
  readonly send: Send
  readonly base: string

  constructor(send: Send, base = '/uploads') {
    this.send = send
    this.base = base
  }

  request(method: string, path: string, headers: Headers = {}, body?: Bytes): Promise<Response> {
    const all: Record<string, string> = {}
    for (const [name, value] of Object.entries({ 'Tus-Resumable': '1.0.0', ...headers })) {
      if (value !== undefined) all[name] = value
    }
    return this.send(path, { method, headers: all, ...(body ? { body } : {}) })
  }

  create(length: number | string, headers: Headers = {}): Promise<Response> {
    return this.request('POST', this.base, { 'Upload-Length': String(length), ...headers })
  }

  createWith(length: number, bytes: Bytes, headers: Headers = {}): Promise<Response> {
    const type = { 'Content-Type': 'application/offset+octet-stream' }
    return this.request('POST', this.base, { 'Upload-Length': String(length), ...type, ...headers }, bytes)
  }

  /** Creates; the answer is where. */
  async created(length: number, headers?: Headers): Promise<string> {
    const response = await this.create(length, headers)
    expect(response.status).toBe(201)
    return locationOf(response)
  }

  patch(path: string, offset: number | string, bytes: Bytes, headers: Headers = {}): Promise<Response> {
    const type = { 'Content-Type': 'application/offset+octet-stream' }
    return this.request('PATCH', path, { ...type, 'Upload-Offset': String(offset), ...headers }, bytes)
  }

  /** Sends; the answer is the new offset. */
  async sent(path: string, offset: number, bytes: Bytes, headers?: Headers): Promise<number> {
    const response = await this.patch(path, offset, bytes, headers)
    expect(response.status).toBe(204)
    return offsetOf(response)
  }

  head(path: string, headers: Headers = {}): Promise<Response> {
    return this.request('HEAD', path, headers)
  }

  async offset(path: string): Promise<number> {
    const response = await this.head(path)
    expect(response.status).toBe(200)
    return offsetOf(response)
  }

  delete(path: string, headers: Headers = {}): Promise<Response> {
    return this.request('DELETE', path, headers)
  }
}

/** A server that speaks tus, spoken to without a network. */
export async function startTus(
  options: Parameters<typeof startServer>[0] = {},
): Promise<Awaited<ReturnType<typeof startServer>> & { tus: TusClient; native: UploadClient }> {
  const started = await startServer({ tus: true, ...options })
  return { ...started, native: started.client, tus: new TusClient(started.client.send, options.basePath) }
}

export function locationOf(response: Response): string {
  return response.headers.get('location') ?? ''
}

export function offsetOf(response: Response): number {
  return Number(response.headers.get('upload-offset') ?? Number.NaN)
}

/** The last piece of a path: an upload's id, or a file's. */
export function idOf(path: string): string {
  return path.split('/').at(-1) ?? ''
}

/** Metadata as a header has them. */
export function metadataHeader(metadata: Readonly<Record<string, string>>): string {
  return Object.entries(metadata)
    .map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
    .join()
}

export function checksumHeader(algorithm: string, bytes: Uint8Array): string {
  return `${algorithm} ${createHash(algorithm).update(bytes).digest('base64')}`
}
