import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Connect, type Plugin, runnerImport, type ViteDevServer } from 'vite'

const repoRoot = fileURLToPath(new URL('..', import.meta.url))
const uploadsRoot = join(repoRoot, '.uploads')
const basePath = '/uploads'

/**
 * Serves uploads at `/uploads` on the origin of a Vite server, with the real upload server and a folder on disk.
 *
 * In tests each Vite server gets a folder of its own, which goes when the server closes; otherwise files are kept in
 * `.uploads/<name>`.
 */
export function uploadServerPlugin(name: string): Plugin {
  return {
    name: 'lading:upload-server',
    apply: 'serve',
    config: () => ({
      server: {
        watch: { ignored: ['**/.uploads/**', '**/.cache/**'] },
        cors: { preflightContinue: true }, // else Vite answers every OPTIONS, and nobody hears of the server's limits
      },
    }),
    configureServer(vite) {
      const isTest = process.env.VITEST !== undefined
      const folder = isTest ? freshFolder(name) : join(uploadsRoot, name)
      const uploads = lazily(() => mount(folder))
      vite.middlewares.use((request, response, next) => {
        if (!isForUploads(request.url)) return next()
        uploads.get().then(
          ({ listener }) => listener(request, response, next),
          (error: unknown) => refuse(vite, response, error),
        )
      })
      const close = vite.close.bind(vite)
      vite.close = async () => {
        await Promise.all([
          close(),
          uploads.started()?.then(
            (mounted) => mounted.close(),
            () => {},
          ),
        ])
        if (isTest) rmSync(folder, { recursive: true, force: true })
      }
    },
  }
}

interface Mounted {
  listener: Connect.NextHandleFunction
  close(): Promise<void>
}

async function mount(folder: string): Promise<Mounted> {
  mkdirSync(folder, { recursive: true })
  // Read as TypeScript source, so that nothing has to be built; in an environment of its own, so that the plugins of
  // the page's server do not touch it.
  const { module } = await runnerImport<typeof import('@lading/server')>('@lading/server', {
    root: repoRoot,
    configFile: false,
    logLevel: 'error',
  })
  const server = module.createUploadServer({ storage: module.diskStorage(folder), basePath })
  await server.ready()
  return { listener: module.toNodeListener(server), close: server.close }
}

function isForUploads(url = ''): boolean {
  const { pathname } = new URL(url, 'http://localhost')
  return pathname === basePath || pathname.startsWith(`${basePath}/`)
}

/** Says on the terminal and in the answer why there are no uploads; Vite's overlay would cover the story instead. */
function refuse({ config }: ViteDevServer, response: ServerResponse, error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error)
  config.logger.error(`the upload server did not start: ${reason}`)
  response
    .writeHead(503, { 'content-type': 'text/plain' })
    .end(`the upload server did not start: ${reason}\n`)
}

/** Started by the first request: several Vite servers share a plugin, and one of them may never be asked. */
function lazily<T>(start: () => Promise<T>): { get(): Promise<T>; started(): Promise<T> | undefined } {
  let running: Promise<T> | undefined
  return {
    get: () => {
      running ??= start()
      return running
    },
    started: () => running,
  }
}

/** A folder no other run uses; folders that crashed runs have left are cleared on the way. */
function freshFolder(name: string): string {
  mkdirSync(uploadsRoot, { recursive: true })
  for (const entry of readdirSync(uploadsRoot)) {
    const pid = /^tests-.*-(\d+)-\w+$/.exec(entry)?.[1]
    if (pid !== undefined && !isAlive(Number(pid)))
      rmSync(join(uploadsRoot, entry), { recursive: true, force: true })
  }
  return join(uploadsRoot, `tests-${name}-${process.pid}-${Math.random().toString(36).slice(2)}`)
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
