import type { LoopbackServer } from './loopback-server.ts'

/** Runs a test beside the real upload server, and ends the server after it. */
export async function withLoopbackServer(run: (server: LoopbackServer) => Promise<void>): Promise<void> {
  // Brought in here, so that the rest of the contract can run in a browser.
  const { startLoopbackServer } = await import('./loopback-server.ts')
  const server = await startLoopbackServer()
  try {
    await run(server)
  } finally {
    await server.close()
  }
}
