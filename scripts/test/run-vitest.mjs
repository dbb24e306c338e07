import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runCommand } from '../bootstrap/run-command.mjs'

/**
 * Runs the given Vitest projects in one process.
 * @param {readonly string[]} projects
 * @param {Record<string, string>} env
 * @param {{ config?: string, capture?: boolean }} [options] `capture` keeps Vitest's own words off the terminal
 * @returns {Promise<import('./step.mjs').StepResult>}
 */
export async function runVitest(projects, env, { config = 'vitest.config.ts', capture = false } = {}) {
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
    return judge(code, readCounts(countsFile), projects)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * @param {number} code
 * @param {import('./count-reporter.mjs').RunCounts | undefined} counts
 * @param {readonly string[]} projects
 * @returns {import('./step.mjs').StepResult}
 */
function judge(code, counts, projects) {
  if (!counts)
    return { passed: 0, failures: [`Vitest ended with code ${code} and reported nothing`], skipped: [] }
  const { passed, failures, skipped, byProject } = counts
  const empty = projects.filter((name) => !byProject[name]).map((name) => `${name}: has no tests yet`)
  const unexplained = code !== 0 && failures.length === 0 ? [`Vitest ended with code ${code}`] : []
  return { passed, failures: [...failures, ...unexplained], skipped: [...skipped, ...empty] }
}

/** @param {string} file @returns {import('./count-reporter.mjs').RunCounts | undefined} */
function readCounts(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}
