import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { ContractServer } from '@lading/test-kit'

interface AppendedFile {
  readonly name: string
  readonly size: number
  bytes: Buffer
}

/** A server as somebody may have it: appends to files in memory, and keeps what came of a request that was cut. */
export class AppendServer implements ContractServer<{ readonly url: string }> {
  readonly files: Map<string, AppendedFile> = new Map()
  #server: Server | undefined
  #port = 0
  #made = 0
  #isRefusing = false

  get origin(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  async start(): Promise<void> {
    const server = createServer((request, response) => {
      this.#answer(request, response).catch(() => response.destroy())
    })
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve))
    const address = server.address()
    this.#port = typeof address === 'object' && address ? address.port : 0
    this.#server = server
  }

  async stop(): Promise<void> {
    this.#server?.closeAllConnections()
    await new Promise<void>((resolve) => (this.#server ? this.#server.close(() => resolve()) : resolve()))
  }

  async read({ url }: { readonly url: string }): Promise<{ bytes: Uint8Array; name: string }> {
    const file = this.files.get(url.split('/').at(-1) ?? '')
    if (!file) throw new Error(`No file at ${url}`)
    return file
  }

  async holdings(): Promise<{ finished: number; unfinished: number }> {
    const all = [...this.files.values()]
    const finished = all.filter(({ bytes, size }) => bytes.length === size).length
    return { finished, unfinished: all.length - finished }
  }

  async expire(): Promise<void> {
    for (const [id, { bytes, size }] of this.files) if (bytes.length < size) this.files.delete(id)
  }

  refuse(isRefusing: boolean): void {
    this.#isRefusing = isRefusing
  }

  close(): Promise<void> {
    return this.stop()
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const id = request.url?.split('/')[2] ?? ''
    if (this.#isRefusing) response.writeHead(401).end()
    else if (request.method === 'POST') await this.#make(request, response)
    else {
      const status = request.method === 'PATCH' ? await this.#append(id, request) : this.#look(id, request)
      response.writeHead(status, { 'x-length': String(this.files.get(id)?.bytes.length ?? 0) }).end()
    }
  }

  async #make(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const said: Buffer[] = []
    for await (const piece of request) said.push(piece)
    const { name, size } = JSON.parse(Buffer.concat(said).toString()) as AppendedFile
    const id = `file-${this.#made++}`
    this.files.set(id, { name, size, bytes: Buffer.alloc(0) })
    response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify({ id }))
  }

  #look(id: string, { method }: IncomingMessage): number {
    if (!this.files.has(id)) return 404
    if (method === 'DELETE') this.files.delete(id)
    return 200
  }

  async #append(id: string, request: IncomingMessage): Promise<number> {
    const file = this.files.get(id)
    if (!file) return 404
    if (Number(request.headers['x-offset']) !== file.bytes.length) return 409
    for await (const piece of request) file.bytes = Buffer.concat([file.bytes, piece])
    return 200
  }
}
