import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Connect, Plugin, ViteDevServer } from 'vite'

/** The root of the repository. */
export const repoRoot: string = fileURLToPath(new URL('..', import.meta.url))
const uploadsRoot = join(repoRoot, '.uploads')

/** A server that answers requests below a path. */
export interface Mounted {
  listener: Connect.NextHandleFunction
  close(): Promise<void>
}

/** What is mounted, and where. */
export interface MountedServer {
  /** Shown where it does not start: 'the upload server'. */
  readonly what: string
  /** Requests of this path, and below it, are its own. */
  readonly basePath: string
  /** The folder of its files, below `.uploads`: one for each Vite server. */
  readonly folder: string
  mount(folder: string): Promise<Mounted>
}

/**
 * A Vite plugin that serves a real server on the origin of the page, started by the first request for it.
 *
 * In tests each Vite server gets a folder of its own, which goes when the server closes; otherwise files are kept.
 */
export function mountedServer({ what, basePath, folder: name, mount }: MountedServer): Plugin {
  return {
    name: `lading:${name}`,
    apply: 'serve',
    config: () => ({ server: { watch: { ignored: ['**/.uploads/**', '**/.cache/**'] } } }),
    configureServer(vite) {
      const isTest = process.env.VITEST !== undefined
      const folder = isTest ? freshFolder(name) : join(uploadsRoot, name)
      const server = lazily(() => {
        mkdirSync(folder, { recursive: true })
        return mount(folder)
      })
      vite.middlewares.use((request, response, next) => {
        if (!isBelow(basePath, request.url)) return next()
        server.get().then(
          ({ listener }) => listener(request, response, next),
          (error: unknown) => refuse(vite, response, `${what} did not start: ${messageOf(error)}`),
        )
      })
      const close = vite.close.bind(vite)
      vite.close = async () => {
        const closing = server.started()?.then(
          (mounted) => mounted.close(),
          () => {},
        )
        await Promise.all([close(), closing])
        if (isTest) rmSync(folder, { recursive: true, force: true })
      }
    },
  }
}

function isBelow(basePath: string, url = ''): boolean {
  const { pathname } = new URL(url, 'http://localhost')
  return pathname === basePath || pathname.startsWith(`${basePath}/`)
}

/** Says on the terminal and in the answer why nothing answers; Vite's overlay would cover the story instead. */
function refuse({ config }: ViteDevServer, response: ServerResponse, reason: string): void {
  config.logger.error(reason)
  response.writeHead(503, { 'content-type': 'text/plain' }).end(`${reason}\n`)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/**
 * Started by the first request: several Vite servers share a plugin, and one of them may never be asked. A start that
 * failed is tried again by the next who asks.
 */
function lazily<T>(start: () => Promise<T>): { get(): Promise<T>; started(): Promise<T> | undefined } {
  let running: Promise<T> | undefined
  return {
    get: () => {
      running ??= start().catch((error: unknown) => {
        running = undefined
        throw error
      })
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
