#!/usr/bin/env node
import { createServer, type Server } from 'node:http'
import { type CliOptions, readCliOptions, USAGE, UsageError } from './cli-options.ts'
import { createUploadServer, type UploadServer } from './create-upload-server.ts'
import { diskStorage } from './disk/disk-storage.ts'
import { toNodeListener } from './node-listener.ts'

const DEFAULT_BASE_PATH = '/uploads'

run().catch((error: unknown) => {
  const text = error instanceof Error ? error.message : String(error)
  process.stderr.write(`lading-server: ${text}\n`)
  if (error instanceof UsageError) process.stderr.write(`\n${USAGE}`)
  process.exitCode = error instanceof UsageError ? 2 : 1
})

async function run(): Promise<void> {
  const options = readCliOptions(process.argv.slice(2))
  if (options === 'help') {
    process.stdout.write(USAGE)
    return
  }
  const uploads = createUploads(options)
  await uploads.ready()
  const http = createServer(toNodeListener(uploads))
  // A large part over a slow line takes long; one that stalls is ended by the limit on idle bodies.
  http.requestTimeout = 0
  stopOnSignals(http, uploads)
  try {
    const port = await listen(http, options)
    const host = options.host.includes(':') ? `[${options.host}]` : options.host
    process.stdout.write(
      `Lading is listening on http://${host}:${port}${options.basePath ?? DEFAULT_BASE_PATH}\n`,
    )
  } catch (error) {
    await uploads.close()
    throw error
  }
}

function createUploads({ dir, basePath, maxFileSizeBytes, corsOrigins, tus }: CliOptions): UploadServer {
  const origin = corsOrigins.includes('*') ? '*' : corsOrigins
  return createUploadServer({
    storage: diskStorage(dir),
    tus,
    ...(basePath === undefined ? {} : { basePath }),
    ...(maxFileSizeBytes === undefined ? {} : { limits: { maxFileSizeBytes } }),
    ...(corsOrigins.length === 0 ? {} : { cors: { origin } }),
  })
}

function listen(http: Server, { port, host }: CliOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    http.once('error', reject)
    http.listen(port, host, () => {
      const address = http.address()
      resolve(typeof address === 'object' && address ? address.port : port)
    })
  })
}

function stopOnSignals(http: Server, uploads: UploadServer): void {
  const stop = (): void => {
    http.close()
    uploads
      .close()
      .catch((error: unknown) => {
        process.stderr.write(`lading-server: ${String(error)}\n`)
        process.exitCode = 1
      })
      // The answers to those who were sending are out by now; what is left are idle connections.
      .finally(() => http.closeAllConnections())
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
}
