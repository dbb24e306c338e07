import type { Candidate, ChunkVerdict, Hooks, JudgedReply } from '../api/hooks.ts'
import type { RejectionReason } from '../api/rejection.ts'
import type { Upload } from '../api/upload.ts'
import { messageOf } from '../errors/message-of.ts'
import { misuse } from '../errors/misuse.ts'
import { UploadError } from '../errors/upload-error.ts'
import type { Metadata, Part } from '../ports/protocol.ts'
import { askApp } from './while-running.ts'

/**
 * The hooks of one uploader, run in the order they were added; the only place they are called from is the engine.
 *
 * None is waited for longer than `signal` lasts.
 */
export class HookRegistry<Result, Meta extends Metadata> {
  readonly #all = new Set<Hooks<Result, Meta>>()

  /** Throws a TypeError for what is no function. */
  use(hooks: Hooks<Result, Meta>): () => void {
    const entry = { ...hooks }
    for (const [name, hook] of Object.entries(hooks)) {
      if (hook !== undefined && typeof hook !== 'function') throw misuse(name, 'a function', hook)
    }
    this.#all.add(entry)
    return () => void this.#all.delete(entry)
  }

  /** Whether any hook of a kind is there: what needs no promise where none is. */
  has(name: keyof Hooks): boolean {
    for (const hooks of this.#all) if (hooks[name]) return true
    return false
  }

  /** Why a file may not be added; a hook that throws is a reason too. */
  async beforeAdd(candidate: Candidate): Promise<RejectionReason[]> {
    const reasons: RejectionReason[] = []
    for (const hooks of this.#all) {
      try {
        const verdict = await hooks.beforeAdd?.(candidate)
        if (verdict === false) reasons.push({ code: 'vetoed' })
        else if (typeof verdict === 'string' && verdict) reasons.push({ code: 'vetoed', message: verdict })
        else if (typeof verdict === 'object' && verdict) reasons.push(verdict)
      } catch (error) {
        reasons.push({ code: 'vetoed', message: messageOf(error) })
      }
    }
    return reasons
  }

  /** The result some hook says the server has already. */
  async beforeFile(
    upload: Upload<Result, Meta>,
    signal: AbortSignal,
  ): Promise<{ readonly done: Result } | undefined> {
    for (const hooks of this.#all) {
      const verdict = await askHook('beforeFile', signal, () => hooks.beforeFile?.(upload))
      if (verdict) return verdict
    }
    return undefined
  }

  /** What all hooks together say of a part. */
  async beforeChunk(upload: Upload<Result, Meta>, part: Part, signal: AbortSignal): Promise<ChunkVerdict> {
    let all: ChunkVerdict = {}
    for (const hooks of this.#all) {
      const verdict = await askHook('beforeChunk', signal, () => hooks.beforeChunk?.(upload, part))
      if (verdict?.skip) return verdict
      all = {
        headers: { ...all.headers, ...verdict?.headers },
        fields: { ...all.fields, ...verdict?.fields },
      }
    }
    return all
  }

  /** Throws `response-refused` where a hook judges a reply to be a failure. */
  async acceptResponse(reply: JudgedReply, upload: Upload<Result, Meta>, signal: AbortSignal): Promise<void> {
    for (const hooks of this.#all) {
      const verdict = await askHook('acceptResponse', signal, () => hooks.acceptResponse?.(reply, upload))
      if (verdict === false || typeof verdict === 'string') {
        const { status } = reply
        throw new UploadError('response-refused', { message: verdict || 'The reply was refused', status })
      }
    }
  }

  /** The result after every hook has had its say. */
  async afterFile(upload: Upload<Result, Meta>, result: Result, signal: AbortSignal): Promise<Result> {
    let last = result
    for (const hooks of this.#all) {
      const given = await askHook('afterFile', signal, () => hooks.afterFile?.(upload, last))
      if (given !== undefined) last = given
    }
    return last
  }
}

function askHook<T>(name: keyof Hooks, signal: AbortSignal, ask: () => T | Promise<T>): Promise<T> {
  return askApp('hook-failed', name, signal, ask)
}
