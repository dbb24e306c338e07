import { randomBytes } from 'node:crypto'
import { readJson } from './read-json.mjs'

const base = '/uploads'

/**
 * As much of the native protocol as the client needs to send a file, over a sink that drops every byte: the digests it
 * acknowledges with are known beforehand, by the size of the file.
 */
export class NativeSink {
  /** When the first byte of a part came, by the system's clock; 0 where none has. */
  firstByteAtMs = 0
  #files
  #line
  /** @type {Map<string, { id: string, name: string, type: string, size: number, chunkSizeBytes: number, chunkCount: number }>} */
  #open = new Map()

  /**
   * @param {readonly import('../lib/make-files.mjs').KnownFile[]} files
   * @param {import('./line.mjs').Line} line
   */
  constructor(files, line) {
    this.#files = files
    this.#line = line
  }

  /** @type {import('./listen.mjs').Handler} */
  handle = (request, response, { pathname }) => {
    const path = /^\/uploads(?:\/([\w-]+)(\/complete)?)?$/.exec(pathname)
    if (!path) return false
    const [, id = '', isCompletion] = path
    const answer = (/** @type {number} */ status, /** @type {unknown} */ body) => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(body === undefined ? undefined : JSON.stringify(body))
    }
    if (request.method === 'PATCH') this.#receive(request, id, answer)
    else if (request.method === 'DELETE') answer(204, undefined)
    else if (isCompletion) void this.#complete(request, id, answer)
    else void this.#create(request, answer)
    return true
  }

  /** @param {import('node:http').IncomingMessage} request @param {(status: number, body: unknown) => void} answer */
  async #create(request, answer) {
    const { name, type, size, chunkSizeBytes } = await readJson(request)
    const id = randomBytes(16).toString('hex')
    const chunkCount = Math.max(1, Math.ceil(size / chunkSizeBytes))
    const upload = { id, name, type, size, chunkSizeBytes, chunkCount }
    this.#open.set(id, upload)
    answer(201, { ...upload, status: 'open', landed: [], sha256: [], partial: [], expiresAt: null })
  }

  /** @param {import('node:http').IncomingMessage} request @param {string} id @param {(status: number, body: unknown) => void} answer */
  #receive(request, id, answer) {
    const upload = this.#open.get(id)
    const offset = Number(request.headers['upload-offset'])
    let through = offset
    request.on('data', (piece) => {
      this.firstByteAtMs ||= Date.now()
      through += piece.length
      this.#line.carry(request, piece.length)
    })
    request.on('end', () => {
      if (!upload) return answer(404, { code: 'upload-not-found' })
      const { size, chunkSizeBytes } = upload
      const digests = this.#files.find((file) => file.size === size)?.digests ?? []
      const chunks = []
      for (let index = offset / chunkSizeBytes; index * chunkSizeBytes < through; index++) {
        chunks.push({ index, sha256: digests[index] })
      }
      answer(200, { chunks, partial: null, expiresAt: null })
    })
  }

  /** @param {import('node:http').IncomingMessage} request @param {string} id @param {(status: number, body: unknown) => void} answer */
  async #complete(request, id, answer) {
    const { identity = { root: '' } } = (await readJson(request)) ?? {}
    const { name, type, size } = this.#open.get(id) ?? {}
    this.#open.delete(id)
    answer(200, { result: { id, name, type, size, digest: identity, url: `${base}/files/${id}` } })
  }
}
