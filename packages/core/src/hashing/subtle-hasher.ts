import { onAbort } from '../engine/on-abort.ts'
import { readError } from '../errors/file-trouble.ts'
import { isUploadError, UploadError } from '../errors/upload-error.ts'
import type { Cancel, Clock } from '../ports/clock.ts'
import type { Hasher } from '../ports/hasher.ts'
import { DigestWorker } from './digest-worker.ts'
import { fromHex, toHex } from './hex.ts'

/** Two workers fill two cores; more only fight the network for them. */
const workerCount = 2
/** One is read while another is digested. */
const loadPerWorker = 2
/** What may be held in memory at once: never less than one chunk. */
const maxHeldBytes = 24 * 1024 * 1024
/** Idle workers go after this long. */
const idleMs = 10_000

interface Job {
  readonly blob: Blob
  begin(): void
}

/**
 * SHA-256 by `crypto.subtle`, in two workers where there are some, in the order asked for, with bounded read-ahead.
 *
 * `undefined` where there is no `crypto.subtle`: browsers have it in secure contexts only.
 */
export function subtleHasher(clock: Clock): Hasher | undefined {
  return globalThis.crypto?.subtle ? new SubtleHasher(clock) : undefined
}

class SubtleHasher implements Hasher {
  readonly #clock: Clock
  readonly #queue: Job[] = []
  #workers: DigestWorker[] | undefined
  #running = 0
  #heldBytes = 0
  #idle: Cancel | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  sha256(blob: Blob, signal: AbortSignal): Promise<string> {
    return new Promise((resolve, reject) => {
      const stop = (): void => reject(new UploadError('aborted'))
      if (signal.aborted) return stop()
      const begin = (): void => {
        this.#digest(blob)
          .then((digest) => resolve(toHex(digest)), reject)
          .finally(forget)
      }
      const job: Job = { blob, begin }
      const forget = onAbort(signal, () => {
        const at = this.#queue.indexOf(job)
        if (at >= 0) this.#queue.splice(at, 1)
        stop()
      })
      this.#queue.push(job)
      this.#pump()
    })
  }

  async root(digests: readonly string[]): Promise<string> {
    return toHex(await crypto.subtle.digest('SHA-256', fromHex(digests.join(''))))
  }

  #pump(): void {
    while (this.#running < workerCount * loadPerWorker) {
      const [next] = this.#queue
      if (!next || (this.#running > 0 && this.#heldBytes + next.blob.size > maxHeldBytes)) return
      this.#queue.shift()
      next.begin()
    }
  }

  async #digest(blob: Blob): Promise<ArrayBuffer> {
    this.#running++
    this.#heldBytes += blob.size
    this.#idle?.()
    try {
      const worker = this.#leastBusy()
      return worker ? await this.#inWorker(worker, blob) : await onPage(blob)
    } catch (error) {
      throw isUploadError(error) ? error : readError(error, 'hash-failed')
    } finally {
      this.#running--
      this.#heldBytes -= blob.size
      this.#pump()
      if (this.#running === 0 && this.#workers?.length) {
        this.#idle = this.#clock.after(idleMs, () => this.#rest())
      }
    }
  }

  /** A worker that fails to start or dies costs nothing but speed. */
  async #inWorker(worker: DigestWorker, blob: Blob): Promise<ArrayBuffer> {
    try {
      return await worker.digest(blob)
    } catch (error) {
      if (!isUploadError(error)) throw error
      this.#rest()
      this.#workers = []
      return onPage(blob)
    }
  }

  #leastBusy(): DigestWorker | undefined {
    this.#workers ??= startWorkers()
    return this.#workers.reduce<DigestWorker | undefined>(
      (best, worker) => (best && best.load <= worker.load ? best : worker),
      undefined,
    )
  }

  #rest(): void {
    for (const worker of this.#workers ?? []) worker.close()
    this.#workers = undefined
  }
}

async function onPage(blob: Blob): Promise<ArrayBuffer> {
  // A view of it: jsdom, where apps test their components, gives buffers of another realm, which Node refuses.
  return crypto.subtle.digest('SHA-256', new Uint8Array(await blob.arrayBuffer()))
}

function startWorkers(): DigestWorker[] {
  if (typeof Worker !== 'function' || typeof URL.createObjectURL !== 'function') return []
  try {
    return Array.from({ length: workerCount }, () => new DigestWorker())
  } catch {
    return []
  }
}
