import { mkdirSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'

/** How much may wait in memory for the disk before the client is held back. */
const mostWaitingBytes = 512 * 1024

/**
 * The least a server that keeps its promise can do: each request's bytes are written at their offset while they come,
 * and synced before the answer. No digest, no journal, no names.
 */
export class BareDisk {
  #folder
  /** @type {Map<string, Promise<import('node:fs/promises').FileHandle>>} */
  #files = new Map()

  /** @param {string} folder */
  constructor(folder) {
    this.#folder = folder
    mkdirSync(folder, { recursive: true })
  }

  /** @type {import('./listen.mjs').Handler} */
  handle = (request, response, { pathname, searchParams }) => {
    if (pathname !== '/bare') return false
    const run = searchParams.get('run') ?? ''
    const answered = (/** @type {number} */ status) => response.writeHead(status).end()
    const work =
      request.method === 'DELETE'
        ? this.#drop(run)
        : this.#receive(request, run, Number(searchParams.get('offset')))
    work.then(
      () => answered(204),
      (error) => {
        process.stderr.write(`[bench] ${error}\n`)
        answered(500)
      },
    )
    return true
  }

  /** @param {import('node:http').IncomingMessage} request @param {string} run @param {number} offset */
  async #receive(request, run, offset) {
    const file = await this.#open(run)
    let position = offset
    for await (const pieces of batches(request)) {
      const { bytesWritten } = await file.writev(pieces, position)
      position += bytesWritten
    }
    await file.datasync()
  }

  /** @param {string} run */
  #open(run) {
    const opened = this.#files.get(run) ?? open(this.#path(run), 'w')
    this.#files.set(run, opened)
    return opened
  }

  /** @param {string} run */
  async #drop(run) {
    await (await this.#files.get(run))?.close()
    this.#files.delete(run)
    rmSync(this.#path(run), { force: true })
  }

  /** @param {string} run */
  #path(run) {
    return join(this.#folder, `bare-${run.replace(/\W/g, '')}`)
  }
}

/**
 * What came while the last batch was being written.
 * @param {import('node:http').IncomingMessage} request
 */
async function* batches(request) {
  /** @type {Buffer[]} */
  let waiting = []
  let waitingBytes = 0
  let isEnded = false
  let wake = () => {}
  request.on('data', (piece) => {
    waiting.push(piece)
    waitingBytes += piece.length
    if (waitingBytes >= mostWaitingBytes) request.pause()
    wake()
  })
  request.on('end', () => {
    isEnded = true
    wake()
  })
  for (;;) {
    if (waiting.length === 0) {
      if (isEnded) return
      await new Promise((resolve) => {
        wake = () => resolve(undefined)
      })
      continue
    }
    const batch = waiting
    waiting = []
    waitingBytes = 0
    request.resume()
    yield batch
  }
}
