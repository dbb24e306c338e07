import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { packagedChromiums } from './packaged-chromium.mjs'

const commandNames = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'microsoft-edge',
]
const appPaths = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
]
const playwrightBinaries = [
  'chrome-linux/chrome',
  'chrome-linux64/chrome',
  'chrome-linux/headless_shell',
  'chrome-headless-shell-linux64/chrome-headless-shell',
  'chrome-mac/Chromium.app/Contents/MacOS/Chromium',
  'chrome-mac-arm64/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing',
  'chrome-mac-x64/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing',
  'chrome-win/chrome.exe',
  'chrome-win64/chrome.exe',
]

/**
 * Path of a Chromium that starts, or `undefined`: `CHROMIUM_PATH`, then PATH, then usual places, then
 * Playwright's cache, then what an earlier bootstrap has unpacked.
 * @param {Record<string, string | undefined>} [env]
 * @returns {string | undefined}
 * @throws {Error} when `CHROMIUM_PATH` is set to something that does not start
 */
export function findChromium(env = process.env) {
  const wanted = env.CHROMIUM_PATH
  if (wanted) {
    if (!starts(wanted))
      throw new Error(`CHROMIUM_PATH is set to ${wanted}, which does not start as a browser`)
    return wanted
  }
  const candidates = [...onPath(env), ...appPaths, ...inPlaywrightCache(env), ...packagedChromiums]
  return candidates.find((path) => existsSync(path) && starts(path))
}

/** @param {Record<string, string | undefined>} env */
function onPath(env) {
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  return commandNames.flatMap((name) => folders.map((folder) => join(folder, name)))
}

/** @param {Record<string, string | undefined>} env */
function inPlaywrightCache(env) {
  const home = env.HOME ?? homedir()
  const roots = [
    env.PLAYWRIGHT_BROWSERS_PATH,
    join(home, '.cache/ms-playwright'),
    join(home, 'Library/Caches/ms-playwright'),
    env.LOCALAPPDATA && join(env.LOCALAPPDATA, 'ms-playwright'),
  ]
  return roots.flatMap((root) => {
    if (!root || !existsSync(root)) return []
    const revisions = readdirSync(root).filter((name) => name.startsWith('chromium'))
    return revisions
      .sort()
      .flatMap((revision) => playwrightBinaries.map((path) => join(root, revision, path)))
  })
}

/**
 * Some distributions put a script named chromium-browser on PATH that only says how to install the real one.
 * @param {string} path
 */
function starts(path) {
  if (process.platform === 'win32') return existsSync(path) // there, --version opens a window
  return spawnSync(path, ['--version'], { stdio: 'ignore', timeout: 20_000 }).status === 0
}
