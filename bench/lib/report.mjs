import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { keepsBudget, median } from './measures.mjs'
import { resultsFolder } from './places.mjs'

/**
 * What one row found.
 * @typedef {object} RowReport
 * @property {string} row
 * @property {readonly import('./measures.mjs').Measure[]} measures
 * @property {readonly number[]} load the machine's load average when the row began
 * @property {number} seconds
 * @property {string} [error] why the row could not be measured
 */

/**
 * The Markdown table of a row.
 * @param {RowReport} report
 */
export function toMarkdown({ row, measures, error }) {
  const lines = [
    `| ${row} | median | low | high | rounds | budget | verdict |`,
    '|---|---|---|---|---|---|---|',
    ...measures.map(toLine),
  ]
  if (error !== undefined) lines.push(`| could not be measured: ${error.split('\n')[0]} | | | | | | |`)
  return lines.join('\n')
}

/** @param {import('./measures.mjs').Measure} measure */
function toLine(measure) {
  const { name, unit, samples, budget } = measure
  const says = (/** @type {number} */ value) => `${digits(value)}${unit === '×' ? '×' : ` ${unit}`}`
  const bound = budget ? `${budget.kind === 'at-most' ? '≤' : '≥'} ${says(budget.limit)}` : ''
  const isKept = keepsBudget(measure)
  const verdict = isKept === undefined ? '' : isKept ? 'kept' : '**missed**'
  const [middle, low, high] = [median(samples), Math.min(...samples), Math.max(...samples)].map(says)
  return `| ${name} | ${middle} | ${low} | ${high} | ${samples.length} | ${bound} | ${verdict} |`
}

/** Three digits that count. @param {number} value */
function digits(value) {
  if (value === 0 || Math.abs(value) >= 100) return String(Math.round(value))
  return String(Number(value.toPrecision(3)))
}

/**
 * Keeps everything that was found, each sample too; returns the path.
 * @param {readonly RowReport[]} reports
 * @param {import('./options.mjs').BenchOptions} options
 * @param {string} browserVersion
 */
export function writeJson(reports, options, browserVersion) {
  mkdirSync(resultsFolder, { recursive: true })
  const at = new Date().toISOString()
  const path = join(resultsFolder, `${at.replaceAll(':', '-')}.json`)
  const machine = { cores: cpus().length, node: process.version, browser: browserVersion }
  const rows = reports.map(({ measures, ...rest }) => ({
    ...rest,
    measures: measures.map((one) => ({ ...one, median: median(one.samples), isKept: keepsBudget(one) })),
  }))
  writeFileSync(path, `${JSON.stringify({ at, machine, options, rows }, null, 2)}\n`)
  return path
}
