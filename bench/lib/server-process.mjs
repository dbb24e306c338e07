import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** How long a server may take to answer its first request. */
const startMs = 60_000

/**
 * Starts a server of `bench/servers` in a process of its own.
 * @param {'sink' | 'disk'} name
 * @param {unknown} given what the server is told, as JSON
 */
export async function startServer(name, given) {
  const file = fileURLToPath(new URL(`../servers/${name}.mjs`, import.meta.url))
  const child = fork(file, [JSON.stringify(given)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const port = await new Promise((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error(`The server ${name} did not start`)), startMs)
    child.once('message', (/** @type {{ port: number }} */ message) => {
      clearTimeout(limit)
      resolve(message.port)
    })
    child.once('exit', (code) => reject(new Error(`The server ${name} ended with exit code ${code}`)))
  })
  const origin = `http://127.0.0.1:${port}`
  return {
    origin,

    /** Asks the server something, or tells it. @param {string} path @param {unknown} [body] */
    async control(path, body) {
      const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
      const answer = await fetch(`${origin}/control/${path}`, init)
      if (!answer.ok) throw new Error(`The server ${name} answered ${answer.status} to /control/${path}`)
      return answer.json()
    },

    async stop() {
      if (child.exitCode !== null) return
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill()
      await ended
    },
  }
}

/** @typedef {Awaited<ReturnType<typeof startServer>>} ServerProcess */
