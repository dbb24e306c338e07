import { UploadError } from '../errors/upload-error.ts'

/**
 * The worker's whole program. It travels as text, so that no bundler needs to know of it; where a Content-Security-Policy
 * forbids `blob:` workers, digests are computed on the page, where `crypto.subtle` does not block it either.
 */
const program = `onmessage = async ({ data: { id, blob } }) => {
  try {
    const digest = await crypto.subtle.digest('SHA-256', await blob.arrayBuffer())
    postMessage({ id, digest }, [digest])
  } catch ({ name, message }) {
    postMessage({ id, name, message })
  }
}`

type Answer =
  | { readonly id: number; readonly digest: ArrayBuffer }
  | { readonly id: number; readonly name: string; readonly message: string }

interface Waiter {
  resolve(digest: ArrayBuffer): void
  reject(error: unknown): void
}

/** A worker that reads blobs and digests them. */
export class DigestWorker {
  readonly #worker: Worker
  /** Kept while it works: not every browser has read it when the constructor is through. */
  readonly #url: string
  readonly #waiters = new Map<number, Waiter>()
  #next = 0

  /** Throws where workers are not to be had. */
  constructor() {
    this.#url = URL.createObjectURL(new Blob([program], { type: 'text/javascript' }))
    this.#worker = new Worker(this.#url)
    this.#worker.onmessage = ({ data }: MessageEvent<Answer>) => this.#settle(data)
    this.#worker.onerror = (event) => {
      event.preventDefault()
      this.close()
    }
  }

  get load(): number {
    return this.#waiters.size
  }

  /** Rejects with the read error, or with `hash-failed` where the worker is of no use. */
  digest(blob: Blob): Promise<ArrayBuffer> {
    const id = this.#next++
    return new Promise((resolve, reject) => {
      this.#waiters.set(id, { resolve, reject })
      this.#worker.postMessage({ id, blob })
    })
  }

  close(): void {
    this.#worker.terminate()
    URL.revokeObjectURL(this.#url)
    for (const { reject } of this.#waiters.values()) {
      reject(new UploadError('hash-failed', { message: 'The worker did not start or died' }))
    }
    this.#waiters.clear()
  }

  #settle(answer: Answer): void {
    const waiter = this.#waiters.get(answer.id)
    this.#waiters.delete(answer.id)
    if ('digest' in answer) waiter?.resolve(answer.digest)
    else waiter?.reject(Object.assign(new Error(answer.message), { name: answer.name }))
  }
}
