import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { type Plugin, runnerImport } from 'vite'
import { type Mounted, mountedServer } from '../../../../../.storybook/mounted-server.ts'

/** For tests in a browser: `/tus-elsewhere` names the base of a server on another origin, which pages may use by CORS. */
export function tusElsewherePlugin(): Plugin {
  return mountedServer({
    what: 'the tus server on another origin',
    basePath: '/tus-elsewhere',
    folder: 'tus-elsewhere',
    mount,
  })
}

async function mount(folder: string): Promise<Mounted> {
  const { module } = await runnerImport<typeof import('../../../src/index.ts')>(
    fileURLToPath(new URL('../../../src/index.ts', import.meta.url)),
    { configFile: false, logLevel: 'error' },
  )
  const uploads = module.createUploadServer({
    storage: module.diskStorage(folder),
    tus: true,
    cors: { origin: (origin) => origin.startsWith('http://localhost:'), credentials: true },
  })
  await uploads.ready()
  const http = createServer(module.toNodeListener(uploads))
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const { port } = http.address() as AddressInfo
  return {
    listener: (_request, response) => void response.end(`http://127.0.0.1:${port}/uploads`),
    close: async () => {
      http.closeAllConnections()
      http.close()
      await uploads.close()
    },
  }
}
