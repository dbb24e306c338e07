import { existsSync } from 'node:fs'
import { findChromium } from './find-chromium.mjs'
import { packagedChromiumFits, unpackChromium } from './packaged-chromium.mjs'
import { runCommand } from './run-command.mjs'
import { say } from './say.mjs'

/**
 * Finds a Chromium, or gets one: from the distribution, from Playwright, or out of an npm package.
 * @returns {Promise<string>} the path of its binary
 * @throws {Error} when there is none and none can be had
 */
export async function getChromium() {
  const installed = findChromium()
  if (installed) return installed
  for (const { name, isPossible, get } of sources) {
    if (!isPossible()) continue
    say(`no Chromium found, trying ${name}`)
    const path = await get()
    if (path) return path
    say(`${name} did not give a working Chromium`)
  }
  throw new Error(
    'no Chromium found and none could be installed; install one (for example `apt-get install chromium`) or set CHROMIUM_PATH to its binary',
  )
}

const sources = [
  {
    name: "the distribution's package",
    isPossible: () => process.getuid?.() === 0 && existsSync('/etc/debian_version'),
    async get() {
      const env = { DEBIAN_FRONTEND: 'noninteractive' }
      await runCommand('apt-get', ['update', '-qq'], { env })
      await runCommand('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], { env })
      return findChromium()
    },
  },
  {
    name: "Playwright's download",
    isPossible: () => true,
    async get() {
      await runCommand(process.execPath, ['node_modules/playwright/cli.js', 'install', 'chromium'])
      return findChromium()
    },
  },
  {
    name: 'an npm package that carries one',
    isPossible: packagedChromiumFits,
    async get() {
      await unpackChromium()
      return findChromium()
    },
  },
]
