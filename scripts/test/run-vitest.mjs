import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runCommand } from '../bootstrap/run-command.mjs'
import { failedOnce } from './step.mjs'

/**
 * Runs the given Vitest projects in one process; one that turns out to have no test has failed.
 * @param {readonly string[]} projects by name, or `!name` for all but those
 * @param {Record<string, string>} env
 * @param {{ config?: string, capture?: boolean, mustHaveTests?: readonly string[] }} [options]
 *   `capture` keeps Vitest's own words off the terminal; `mustHaveTests` is needed where `projects` excludes
 * @returns {Promise<import('./step.mjs').StepResult>}
 */
export async function runVitest(projects, env, options = {}) {
  const { config = 'vitest.config.ts', capture = false, mustHaveTests = projects } = options
  const folder = mkdtempSync(join(tmpdir(), 'lading-counts-'))
  const countsFile = join(folder, 'counts.json')
  const args = [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--passWithNoTests',
    ...['--config', config],
    '--reporter=default',
    '--reporter=./scripts/test/count-reporter.mjs',
    ...projects.flatMap((name) => ['--project', name]),
  ]
  try {
    const { code } = await runCommand(process.execPath, args, {
      capture,
      env: { ...env, LADING_COUNTS_FILE: countsFile },
    })
    return judge(code, readCounts(countsFile), mustHaveTests)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * @param {number} code
 * @param {import('./count-reporter.mjs').RunCounts | undefined} counts
 * @param {readonly string[]} mustHaveTests
 * @returns {import('./step.mjs').StepResult}
 */
function judge(code, counts, mustHaveTests) {
  if (!counts) return failedOnce(`Vitest ended with code ${code} and reported nothing`)
  const { passed, failures, skipped, byProject } = counts
  const empty = mustHaveTests.filter((name) => !byProject[name]).map((name) => `${name} ran no test`)
  const unexplained = code !== 0 && failures.length === 0 ? [`Vitest ended with code ${code}`] : []
  return { passed, failures: [...failures, ...empty, ...unexplained], skipped }
}

/** @param {string} file @returns {import('./count-reporter.mjs').RunCounts | undefined} */
function readCounts(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}
