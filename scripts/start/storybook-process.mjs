import { spawn } from 'node:child_process'
import { repoRoot } from '../bootstrap/repo-root.mjs'

const killAfterMs = 5_000

/**
 * A running Storybook.
 * @typedef {object} StorybookProcess
 * @property {Promise<number>} ended its exit code, once it has ended
 * @property {() => Promise<void>} stop asks it to end, and insists after five seconds
 */

/**
 * Starts a Storybook that opens no window, asks nobody and reports nothing home.
 * @param {import('./storybooks.mjs').Storybook} storybook
 * @param {{ host: string, env: Record<string, string> }} options
 * @returns {StorybookProcess}
 */
export function startStorybook({ framework, port }, { host, env }) {
  const args = [
    'node_modules/storybook/dist/bin/dispatcher.js',
    'dev',
    ...['--config-dir', `.storybook/${framework}`],
    ...['--host', host, '--port', String(port), '--exact-port'],
    ...['--ci', '--no-open', '--disable-telemetry', '--no-version-updates', '--quiet'],
  ]
  const child = spawn(process.execPath, args, {
    cwd: repoRoot,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  /** @type {Promise<number>} */
  const ended = new Promise((resolve) => {
    child.once('error', () => resolve(127))
    child.once('close', (code) => resolve(code ?? 1))
  })
  return {
    ended,
    async stop() {
      child.kill('SIGTERM')
      const insist = setTimeout(() => child.kill('SIGKILL'), killAfterMs)
      await ended
      clearTimeout(insist)
    },
  }
}
