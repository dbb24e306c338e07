import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createUploadServer, diskStorage, toNodeListener } from '@lading/server'
import type { ContractServer } from '@lading/test-kit'
import type { TusResult } from '../../src/tus/index.ts'

/** Lading's own server, which speaks tus too. */
export async function startLadingServer(): Promise<ContractServer<TusResult>> {
  const dir = await mkdtemp(join(tmpdir(), 'lading-tus-own-'))
  let isRefusing = false
  let port = 0
  let stop = async (): Promise<void> => {}
  const start = async (): Promise<void> => {
    const uploads = createUploadServer({
      storage: diskStorage(dir),
      tus: true,
      authorize: () => (isRefusing ? new Response(null, { status: 401 }) : undefined),
    })
    await uploads.ready()
    const http = createServer(toNodeListener(uploads))
    await new Promise<void>((resolve) => http.listen(port, '127.0.0.1', resolve))
    port = (http.address() as AddressInfo).port
    stop = async () => {
      const closed = new Promise((resolve) => http.close(resolve))
      http.closeAllConnections()
      await closed
      await uploads.close()
    }
  }
  await start()
  const origin = `http://127.0.0.1:${port}`
  const count = async (folder: string): Promise<number> => (await readdir(join(dir, folder))).length
  return {
    origin,
    read: async ({ headers }) => {
      const answer = await fetch(new URL(headers['Lading-Result'] ?? '', origin))
      const name = /filename\*=UTF-8''(\S+)/.exec(answer.headers.get('content-disposition') ?? '')?.[1]
      return { bytes: new Uint8Array(await answer.arrayBuffer()), name: decodeURIComponent(name ?? '') }
    },
    holdings: async () => ({ finished: await count('files'), unfinished: await count('open') }),
    expire: async () => {
      await stop()
      await rm(join(dir, 'open'), { recursive: true })
      await start()
    },
    refuse: (value) => {
      isRefusing = value
    },
    stop: () => stop(),
    start,
    close: async () => {
      await stop()
      await rm(dir, { recursive: true, force: true })
    },
  }
}
