import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { getChromium } from './bootstrap/get-chromium.mjs'
import { dependenciesAreCurrent, installDependencies } from './bootstrap/install-dependencies.mjs'
import { repoRoot } from './bootstrap/repo-root.mjs'
import { say } from './bootstrap/say.mjs'
import { withLock } from './bootstrap/with-lock.mjs'

const lockFolder = join(repoRoot, '.cache/bootstrap.lock')

/**
 * Makes a fresh clone ready: installs the dependencies and, when asked, finds or gets a Chromium.
 * Runs at once when nothing is to be done, and is safe when two processes call it at the same time.
 * @param {{ browser: boolean }} options
 * @returns {Promise<{ chromiumPath: string | undefined }>}
 */
export async function bootstrap({ browser }) {
  requireNode()
  const onWait = (/** @type {string} */ owner) => say(`waiting for another bootstrap to finish (${owner})`)
  if (!dependenciesAreCurrent()) {
    await withLock(lockFolder, async () => dependenciesAreCurrent() || (await installDependencies()), {
      onWait,
    })
  }
  if (!browser) return { chromiumPath: undefined }
  const chromiumPath = await withLock(lockFolder, getChromium, { onWait })
  return { chromiumPath }
}

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new Error(`Lading needs Node 20.19 or newer, and this is ${process.versions.node}`)
  }
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    const { chromiumPath } = await bootstrap({ browser: true })
    say(`ready (Chromium: ${chromiumPath})`)
  } catch (error) {
    say(error instanceof Error ? error.message : String(error))
    process.exitCode = 1
  }
}
