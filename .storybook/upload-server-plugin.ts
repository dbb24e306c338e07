import { type Plugin, runnerImport } from 'vite'
import { type Mounted, mountedServer, repoRoot } from './mounted-server.ts'

const basePath = '/uploads'

/** Serves uploads at `/uploads`, with the real upload server and a folder on disk. */
export function uploadServerPlugin(name: string): Plugin {
  return {
    ...mountedServer({ what: 'the upload server', basePath, folder: name, mount }),
    // Else Vite answers every OPTIONS, and nobody hears of the server's limits.
    config: () => ({
      server: {
        watch: { ignored: ['**/.uploads/**', '**/.cache/**'] },
        cors: { preflightContinue: true },
      },
    }),
  }
}

async function mount(folder: string): Promise<Mounted> {
  // Read as TypeScript source, so that nothing has to be built; in an environment of its own, so that the plugins of
  // the page's server do not touch it.
  const { module } = await runnerImport<typeof import('@lading/server')>('@lading/server', {
    root: repoRoot,
    configFile: false,
    logLevel: 'error',
  })
  const server = module.createUploadServer({ storage: module.diskStorage(folder), basePath, tus: true })
  await server.ready()
  return { listener: module.toNodeListener(server), close: server.close }
}
