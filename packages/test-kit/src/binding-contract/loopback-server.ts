import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createUploadServer, diskStorage, toNodeListener } from '@lading/server'

/** The real upload server on loopback, with a folder of its own. */
export interface LoopbackServer {
  readonly endpoint: string
  /** The bytes of a published file. */
  read(url: string): Promise<Uint8Array>
  close(): Promise<void>
}

/** Starts a server on a free port. */
export async function startLoopbackServer(): Promise<LoopbackServer> {
  const folder = await mkdtemp(join(tmpdir(), 'lading-binding-'))
  const uploads = createUploadServer({ storage: diskStorage(folder), cors: { origin: '*' } })
  const listener = createServer(toNodeListener(uploads))
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`
  return {
    endpoint: `${origin}/uploads`,
    read: async (url) => new Uint8Array(await (await fetch(new URL(url, origin))).arrayBuffer()),
    async close() {
      listener.closeAllConnections()
      await new Promise((resolve) => listener.close(resolve))
      await uploads.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
