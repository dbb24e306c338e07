import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createUploader, type Uploader } from '@lading/core'
import { UploadError } from '@lading/core/engine'
import { onTestFinished } from 'vitest'
import { type S3Signer, s3 } from '../../../src/s3/index.ts'

/** What a store says to one PUT; nothing is that it took it. */
export interface Refusal {
  readonly status: number
  /** The code in the XML. */
  readonly code?: string
  readonly message?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** A store that is no real one, for answers that a real one does not give on request; and a backend that signs for it. */
export interface FakeStore {
  /** What was put, by path, in the order it came. */
  readonly puts: string[]
  readonly signed: { number: number; size: number; sha256?: string }[]
  /** Says what is answered to the nth PUT, from 0. */
  answer: (nth: number, request: IncomingMessage) => Refusal | undefined
  hidesEtag: boolean
  /** What the backend has to say first; it throws. */
  onSign: (nth: number) => void
  onComplete: () => void
  onList: () => void
  readonly origin: string
  readonly uploader: Uploader<{ readonly key: string }>
}

const chunkSizeBytes = 5 * 1024 * 1024

/** Starts one, with an uploader to it whose files are two parts from 5 MiB on. */
export async function fakeStore(): Promise<FakeStore> {
  const stored = new Map<number, { size: number; etag: string }>()
  const server = createServer((request, response) => {
    let size = 0
    request.on('data', (piece: Buffer) => {
      size += piece.length
    })
    request.on('end', () => {
      const path = /^\/(\d+)/.exec(request.url ?? '')?.[1] ?? ''
      const refusal = store.answer(store.puts.push(path) - 1, request)
      if (refusal) return refuse(response, refusal)
      stored.set(Number(path), { size, etag: `etag-${path}` })
      response.writeHead(200, store.hidesEtag ? {} : { ETag: `"etag-${path}"` }).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const signer: S3Signer<{ id: string }, { key: string }> = {
    begin: async () => ({ id: 'one' }),
    async sign(_ctx, _session, part) {
      store.onSign(store.signed.push(part) - 1)
      return { url: `${origin}/${part.number}?signature=secret`, headers: { 'x-signed': 'yes' } }
    },
    async list() {
      store.onList()
      return { parts: [...stored].map(([number, part]) => ({ number, ...part })) }
    },
    async complete(_ctx, { id }, { etags }) {
      store.onComplete()
      return { key: `${id}:${etags.join(',')}` }
    },
  }
  const uploader = createUploader({
    protocol: s3({ signer, singlePutBytes: 1024 }),
    chunkSizeBytes,
    concurrency: { requests: 1 },
    retry: { attempts: 3, baseDelayMs: 1, maxDelayMs: 5 },
  })
  onTestFinished(() => {
    uploader.dispose()
    server.closeAllConnections()
    server.close()
  })
  const store: FakeStore = {
    puts: [],
    signed: [],
    answer: () => undefined,
    hidesEtag: false,
    onSign: () => {},
    onComplete: () => {},
    onList: () => {},
    origin,
    uploader,
  }
  return store
}

/** A refusal of a backend of the app's own, as `ctx.request` throws it. */
export function backendError(status: number, serverCode?: string): UploadError {
  const code = status === 404 ? 'not-found' : 'request-refused'
  return new UploadError(code, { status, ...(serverCode !== undefined && { serverCode }) })
}

function refuse(response: ServerResponse, { status, code, message = '', headers = {} }: Refusal): void {
  response.writeHead(status, { 'Content-Type': 'application/xml', ...headers })
  response.end(
    code === undefined
      ? ''
      : `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
  )
}
