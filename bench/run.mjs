import { mkdtempSync, rmSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { say } from '../scripts/bootstrap/say.mjs'
import { bootstrap } from '../scripts/bootstrap.mjs'

// Before anything that imports a dependency.
const { chromiumPath = '' } = await bootstrap({ browser: true })
const { launchBrowser } = await import('./lib/browser.mjs')
const { buildPages } = await import('./lib/build-pages.mjs')
const { keepsBudget } = await import('./lib/measures.mjs')
const { readOptions, usage } = await import('./lib/options.mjs')
const { workFolder } = await import('./lib/places.mjs')
const { toMarkdown, writeJson } = await import('./lib/report.mjs')
const { startServer } = await import('./lib/server-process.mjs')
const { rows } = await import('./rows/rows.mjs')

try {
  const options = readOptions(process.argv.slice(2))
  if (options === 'help') process.stdout.write(usage)
  else process.exitCode = await main(options)
} catch (error) {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error))
  process.exitCode = 1
}

/** @param {import('./lib/options.mjs').BenchOptions} options */
async function main(options) {
  await buildPages()
  /** @type {import('./lib/report.mjs').RowReport[]} */
  const reports = []
  let version = ''
  for (const row of options.rows) {
    const browser = await launchBrowser(chromiumPath)
    version = browser.version
    say(`${row} (load ${loadavg()[0]?.toFixed(1)})`)
    const report = await measure(row, options, browser).finally(() => browser.close())
    reports.push(report)
    process.stdout.write(`\n${toMarkdown(report)}\n\n`)
  }
  say(`everything, each sample too, is in ${writeJson(reports, options, version)}`)
  const isKept = reports.every(
    ({ measures, error }) => error === undefined && measures.every((one) => keepsBudget(one) !== false),
  )
  return options.isCheck && !isKept ? 1 : 0
}

/**
 * Runs one row and clears up behind it.
 * @param {import('./lib/options.mjs').RowName} row
 * @param {import('./lib/options.mjs').BenchOptions} options
 * @param {import('./lib/browser.mjs').BenchBrowser} browser
 * @returns {Promise<import('./lib/report.mjs').RowReport>}
 */
async function measure(row, options, browser) {
  /** @type {(() => unknown)[]} */
  const clearing = []
  const load = loadavg()
  const startedAt = Date.now()
  /** @template {{ stop(): unknown }} T @param {T} server */
  const stopLater = (server) => {
    clearing.push(() => server.stop())
    return server
  }
  /** @type {import('./lib/bench-context.mjs').BenchContext} */
  const context = {
    options,
    browser,
    startSink: async (files) => stopLater(await startServer('sink', { files })),
    startDisk: async () => {
      const folder = mkdtempSync(join(workFolder, 'disk-'))
      clearing.push(() => rmSync(folder, { recursive: true, force: true }))
      return stopLater(await startServer('disk', { folder }))
    },
    launchAnother: async () => {
      const another = await launchBrowser(chromiumPath)
      clearing.push(() => another.close())
      return another
    },
  }
  const seconds = () => (Date.now() - startedAt) / 1000
  try {
    const measures = await rows[row](context)
    return { row, measures, load, seconds: seconds() }
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    say(text)
    return { row, measures: [], load, seconds: seconds(), error: text }
  } finally {
    for (const clear of clearing.reverse()) await clear()
  }
}
