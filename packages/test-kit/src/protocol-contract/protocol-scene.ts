import {
  type ChangeableOptions,
  createUploader,
  type Json,
  type Metadata,
  type Outcome,
  type Uploader,
} from '@lading/core'
import { expect } from 'vitest'
import type { ContractServer } from './contract-server.ts'
import type { FaultyProxy, SeenRequest } from './faulty-proxy.ts'
import type { ProtocolSubject } from './protocol-subject.ts'

/** A server with its proxy, and an uploader that speaks to it. */
export interface ProtocolScene<Result> {
  readonly server: ContractServer<Result>
  readonly proxy: FaultyProxy
  readonly uploader: Uploader<Result>
  readonly chunkSizeBytes: number
  /** The requests with bytes of files, so far. */
  payloads(): readonly SeenRequest[]
  /** Adds one file and waits for how it ends. */
  upload(file: File): Promise<Outcome<Result>>
  /** Asserts that a file ended well, and that the server has it byte for byte. */
  expectStored(outcome: Outcome<Result> | undefined, file: File): Promise<void>
}

/** Runs a test between a server and an uploader of its own, and clears both away. */
export async function inScene<Session extends Json, Result>(
  subject: ProtocolSubject<Session, Result>,
  run: (scene: ProtocolScene<Result>) => Promise<void>,
  options: ChangeableOptions<Result> = {},
): Promise<void> {
  // Brought in here, so that the rest of the kit can be loaded by a page.
  const { faultyProxy } = await import('./faulty-proxy.ts')
  const { isPayload = isFileBody, chunkSizeBytes = 65_536, http } = subject
  const server = await subject.makeServer()
  const proxy = await faultyProxy(server.origin, isPayload)
  const uploader = createUploader<Session, Result, Metadata>({
    protocol: subject.makeProtocol(proxy.origin, server),
    chunkSizeBytes,
    retry: { baseDelayMs: 1, maxDelayMs: 50 },
    ...(http && { http }),
    ...options,
  })
  const scene: ProtocolScene<Result> = {
    server,
    proxy,
    uploader,
    chunkSizeBytes,
    payloads: () => proxy.seen.filter(isPayload),
    async upload(file) {
      const { settled } = await uploader.add(file)
      const [outcome] = await settled
      if (!outcome) throw new Error('The file was not added')
      return outcome
    },
    async expectStored(outcome, file) {
      if (outcome?.how === 'failed') throw outcome.error
      if (outcome?.how !== 'uploaded') throw new Error(`It ended otherwise: ${outcome?.how}`)
      subject.expectResult(outcome.result, file)
      const { bytes, name } = await server.read(outcome.result)
      await expectSameBytes(bytes, file)
      if (subject.carriesName) expect(name).toBe(file.name)
    },
  }
  try {
    await run(scene)
  } finally {
    uploader.dispose()
    await proxy.close()
    await server.close()
  }
}

/** Fails with the first difference: a matcher would print both files. */
async function expectSameBytes(stored: Uint8Array, file: File): Promise<void> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  expect(stored.length, 'how many bytes the server has').toBe(bytes.length)
  let at = 0
  while (at < bytes.length && stored[at] === bytes[at]) at++
  expect(at, 'where the bytes differ first').toBe(bytes.length)
}

function isFileBody({ method, headers }: SeenRequest): boolean {
  const type = headers['content-type'] ?? ''
  const isControl = type === '' || /json|xml|x-www-form-urlencoded/.test(type)
  return ['POST', 'PUT', 'PATCH'].includes(method) && !isControl
}
