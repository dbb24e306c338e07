import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { runnerImport } from 'vite'
import { repoRoot } from '../../scripts/bootstrap/repo-root.mjs'
import { BareDisk } from './bare-disk.mjs'
import { listen } from './listen.mjs'

/** `@lading/server` on a local disk at `/uploads`, and the least such a server could do at `/bare`. */
const { folder } = JSON.parse(process.argv[2] ?? '{}')
mkdirSync(folder, { recursive: true })
// From the sources, so that nothing has to be built first.
const { module } = await runnerImport(
  '@lading/server',
  /** @type {import('vite').InlineConfig} */ ({ root: repoRoot, configFile: false, logLevel: 'error' }),
)
const { createUploadServer, diskStorage, toNodeListener } = /** @type {typeof import('@lading/server')} */ (
  module
)
const server = createUploadServer({ storage: diskStorage(join(folder, 'lading')) })
await server.ready()
const listener = toNodeListener(server)
const bare = new BareDisk(join(folder, 'bare'))

/** @type {import('./listen.mjs').Handler} */
const native = (request, response, { pathname }) => {
  if (!pathname.startsWith('/uploads')) return false
  listener(request, response)
  return true
}

listen([native, bare.handle])
