import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { chromium } from 'playwright'

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--js-flags=--expose-gc',
]

/**
 * A real Chromium. Requests are never intercepted and bodies never leave the disk: what a test tool looks at on the way
 * would be what is measured.
 * @param {string} executablePath
 */
export async function launchBrowser(executablePath) {
  const browser = await chromium.launch({ executablePath, headless: true, args: flags })
  const session = await browser.newBrowserCDPSession()
  return {
    version: browser.version(),

    /** @param {string} origin @param {import('./build-pages.mjs').PageName} name */
    async open(origin, name) {
      const page = await browser.newPage()
      page.on('pageerror', (error) => process.stderr.write(`[bench] error on the page: ${error.stack}\n`))
      await page.goto(`${origin}/${name}.html`)
      await page.waitForFunction(() => window.bench !== undefined)
      return page
    },

    /** Seconds of CPU that all processes of the browser have used. */
    async cpuSeconds() {
      const { processInfo } = await session.send('SystemInfo.getProcessInfo')
      return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0)
    },

    /**
     * MiB held by the page's process: what is its own, without the program that all processes share. The largest
     * process of a page is taken; `undefined` where the system does not tell.
     */
    async pageMemoryMb() {
      const { processInfo } = await session.send('SystemInfo.getProcessInfo')
      const held = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => memoryOf(id))
      return held.sort((a, b) => (b?.own ?? 0) - (a?.own ?? 0))[0]
    },

    close: () => browser.close(),
  }
}

/** @typedef {Awaited<ReturnType<typeof launchBrowser>>} BenchBrowser */

/** @param {number} pid */
function memoryOf(pid) {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const mb = (/** @type {string} */ name) =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? Number.NaN) / 1024
    return { own: mb('RssAnon') + mb('RssShmem'), resident: mb('VmRSS') }
  } catch {
    return undefined
  }
}

/** How long a page may work at one thing. */
const longestCallMs = 180_000

/**
 * Calls one of a page's functions.
 * @template {keyof import('../pages/calls.ts').Calls} Name
 * @param {import('playwright').Page} page
 * @param {Name} name
 * @param {Parameters<import('../pages/calls.ts').Calls[Name]>[0]} given
 * @returns {Promise<Awaited<ReturnType<import('../pages/calls.ts').Calls[Name]>>>}
 */
export async function call(page, name, given) {
  const calling = page.evaluate(
    async ([name, given]) =>
      JSON.stringify(await window.bench[name]?.(/** @type {never} */ (JSON.parse(given)))),
    /** @type {const} */ ([name, JSON.stringify(given)]),
  )
  calling.catch(() => {}) // The page may be closed after it was given up.
  const limit = new AbortController()
  const late = sleep(longestCallMs, undefined, { signal: limit.signal }).then(() => {
    throw new Error(`The page did not answer to ${name} within ${longestCallMs / 1000} s`)
  })
  late.catch(() => {})
  try {
    return JSON.parse(await Promise.race([calling, late]))
  } finally {
    limit.abort()
  }
}

/** The input that takes the files. */
export const fileInput = '#file'
/** The input that takes a folder. */
export const folderInput = '#folder'
