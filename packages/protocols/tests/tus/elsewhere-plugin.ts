import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { FileStore } from '@tus/file-store'
import { Server } from '@tus/server'
import type { Plugin } from 'vite'
import { type Mounted, mountedServer } from '../../../../.storybook/mounted-server.ts'

/** For tests in a browser: `/published-tus-elsewhere` names the base of the published server on another origin. */
export function publishedTusElsewherePlugin(): Plugin {
  return mountedServer({
    what: 'the published tus server on another origin',
    basePath: '/published-tus-elsewhere',
    folder: 'published-tus-elsewhere',
    mount,
  })
}

async function mount(directory: string): Promise<Mounted> {
  const tus = new Server({ path: '/files', datastore: new FileStore({ directory }) })
  const http = createServer((request, response) => void tus.handle(request, response))
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const { port } = http.address() as AddressInfo
  return {
    listener: (_request, response) => void response.end(`http://127.0.0.1:${port}/files`),
    close: async () => {
      http.closeAllConnections()
      http.close()
    },
  }
}
