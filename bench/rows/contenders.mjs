import { call, fileInput } from '../lib/browser.mjs'
import { mebibyte } from '../lib/make-files.mjs'

/** What every bare loop does. */
export const bare = { lanes: 6, pieceBytes: 8 * mebibyte }

/**
 * Opens the page that sends, with a file picked.
 * @param {import('../lib/browser.mjs').BenchBrowser} browser
 * @param {string} origin
 * @param {string} path
 */
export async function openSender(browser, origin, path) {
  const page = await browser.open(origin, 'upload')
  await page.setInputFiles(fileInput, path)
  return page
}

/** @param {import('playwright').Page} page @param {Partial<import('../pages/upload.ts').RawGiven>} [given] */
export const sendRaw = (page, given = {}) => call(page, 'sendRaw', { url: '/raw', ...bare, ...given })

/** @param {import('playwright').Page} page @param {import('../pages/upload.ts').LadingGiven} [given] */
export const sendByLading = async (page, given = {}) => (await call(page, 'sendByLading', given)).ms

/** MiB a second, for each time. @param {readonly number[]} times @param {number} size */
export const speeds = (times, size) => times.map((ms) => size / mebibyte / (ms / 1000))
