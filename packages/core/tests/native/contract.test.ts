import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type ContractServer, protocolContract } from '@lading/test-kit'
import { expect } from 'vitest'
import { type NativeResult, nativeProtocol } from '../../src/index.ts'
import { realServer } from '../support/real-server.ts'

protocolContract(startServer, (origin) => nativeProtocol({ endpoint: `${origin}/uploads` }), {
  name: 'native',
  canResume: true,
  goesOnInsideChunks: true,
  hasSession: true,
  canAbort: true,
  isIdempotent: true,
  carriesName: true,
  credentials: 'app',
  expectResult: ({ id, name, size, type, digest, url }, file) => {
    expect({ name, size, type }).toEqual({ name: file.name, size: file.size, type: file.type })
    expect(digest).toMatchObject({ scheme: 'sha-256-composite', size: file.size })
    expect(new URL(url).pathname).toBe(`/uploads/files/${id}`)
  },
})

/** The real server on a real disk. */
async function startServer(): Promise<ContractServer<NativeResult>> {
  let isRefusing = false
  const real = await realServer({
    authorize: () => (isRefusing ? new Response(null, { status: 401 }) : undefined),
  })
  const count = async (folder: string): Promise<number> => (await readdir(join(real.dir, folder))).length
  return {
    origin: real.origin,
    read: async ({ id }) => {
      const answer = await fetch(`${real.endpoint}/files/${id}`)
      const name = /filename\*=UTF-8''(\S+)/.exec(answer.headers.get('content-disposition') ?? '')?.[1]
      return {
        bytes: new Uint8Array(await answer.arrayBuffer()),
        ...(name && { name: decodeURIComponent(name) }),
      }
    },
    holdings: async () => ({ finished: await count('files'), unfinished: await count('open') }),
    expire: async () => {
      await real.stop()
      await rm(join(real.dir, 'open'), { recursive: true })
      await real.start()
    },
    refuse: (value) => {
      isRefusing = value
    },
    stop: real.stop,
    start: real.start,
    close: real.close,
  }
}
