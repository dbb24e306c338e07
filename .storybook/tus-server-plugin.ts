import type { Plugin } from 'vite'
import { mountedServer } from './mounted-server.ts'

const basePath = '/tus-files'

/** Serves tus at `/tus-files`, with the server and the file store that the makers of tus publish. */
export function tusServerPlugin(name: string): Plugin {
  return mountedServer({
    what: 'the tus server',
    basePath,
    folder: `${name}-tus`,
    mount: async (directory) => {
      const { Server } = await import('@tus/server')
      const { FileStore } = await import('@tus/file-store')
      const server = new Server({
        path: basePath,
        datastore: new FileStore({ directory }),
        relativeLocation: true,
      })
      return {
        listener(request, response, next) {
          server.handle(request, response).catch(next)
        },
        close: async () => {},
      }
    },
  })
}
