import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'

/** A server as somebody may have it: appends to files in memory, and keeps what came of a request that was cut. */
export class AppendServer {
  readonly files: Map<string, Buffer> = new Map()
  readonly #server: Server = createServer((request, response) => {
    this.#answer(request, response).catch(() => response.destroy())
  })

  /** Starts it; the answer is its endpoint. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    const address = this.#server.address()
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/files`
  }

  close(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const id = request.url?.split('/')[2] ?? ''
    if (request.method === 'POST') {
      const fresh = `file-${this.files.size}`
      this.files.set(fresh, Buffer.alloc(0))
      response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify({ id: fresh }))
      return
    }
    const status = request.method === 'PATCH' ? await this.#append(id, request) : this.#look(id, request)
    response.writeHead(status, { 'x-length': String(this.files.get(id)?.length ?? 0) }).end()
  }

  #look(id: string, { method }: IncomingMessage): number {
    if (!this.files.has(id)) return 404
    if (method === 'DELETE') this.files.delete(id)
    return 200
  }

  async #append(id: string, request: IncomingMessage): Promise<number> {
    const before = this.files.get(id)
    if (!before) return 404
    if (Number(request.headers['x-offset']) !== before.length) return 409
    for await (const piece of request)
      this.files.set(id, Buffer.concat([this.files.get(id) ?? before, piece]))
    return 200
  }
}
