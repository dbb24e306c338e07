import { type Json, type Part, type Protocol, UploadError } from '@lading/core'

/** What a controlled upload comes to. */
export interface ControlledResult {
  readonly stored: string
}

/** A protocol that answers when a test says so. */
export interface ControlledProtocol extends Protocol<Json, ControlledResult> {
  /** How many parts of this file are under way. */
  waiting(name: string): number
  /** Acknowledges the oldest part of this file that is under way. Throws where none is. */
  land(name: string): void
  /** Fails the oldest part of this file that is under way, for good. Throws where none is. */
  fail(name: string): void
  /** The metadata with which each session was opened, by file name. */
  readonly opened: ReadonlyMap<string, Json>
}

interface WaitingPart {
  readonly name: string
  readonly part: Part
  readonly answer: (through: number) => void
  readonly refuse: (error: UploadError) => void
}

/** Makes a protocol without a network: chunks of ten bytes, each landing on command. */
export function controlledProtocol(): ControlledProtocol {
  const waiting = new Set<WaitingPart>()
  const opened = new Map<string, Json>()
  const take = (name: string): WaitingPart => {
    const [oldest] = [...waiting].filter((part) => part.name === name)
    if (!oldest) throw new Error(`No part of ${name} is under way`)
    waiting.delete(oldest)
    return oldest
  }
  return {
    name: 'controlled',
    version: 1,
    traits: () => ({ plan: planOfTen, grain: 'chunk', knows: 'nothing', resultFrom: 'complete' }),
    async open(ctx) {
      opened.set(ctx.file.name, ctx.file.metadata)
      return { session: ctx.file.name }
    },
    send: ({ file, signal }, _session, part) =>
      new Promise((resolve, reject) => {
        const abort = (): void => {
          waiting.delete(entry)
          reject(new UploadError('aborted'))
        }
        const stopListening = (): void => signal.removeEventListener('abort', abort)
        const entry: WaitingPart = {
          name: file.name,
          part,
          answer(through) {
            stopListening()
            resolve({ through })
          },
          refuse(error) {
            stopListening()
            reject(error)
          },
        }
        waiting.add(entry)
        signal.addEventListener('abort', abort, { once: true })
      }),
    complete: async ({ file }) => ({ result: { stored: file.name } }),
    waiting: (name) => [...waiting].filter((part) => part.name === name).length,
    land(name) {
      const { part, answer } = take(name)
      answer(part.offset + part.size)
    },
    fail: (name) => take(name).refuse(new UploadError('forbidden', { status: 403 })),
    opened,
  }
}

function planOfTen(size: number): { size: number; chunkSizeBytes: number; count: number } {
  return { size, chunkSizeBytes: 10, count: Math.max(1, Math.ceil(size / 10)) }
}
