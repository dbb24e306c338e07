import { writeFileSync } from 'node:fs'

/**
 * What a Vitest run came to, as exact counts.
 * @typedef {object} RunCounts
 * @property {number} passed
 * @property {number} failed
 * @property {string[]} skipped one line for each: its name, and the reason where the test gives one
 * @property {string[]} failures names of failed tests, of files that did not load, and of errors outside any test
 * @property {Record<string, number>} byProject how many tests each project ran
 */

/** Vitest reporter that writes a {@link RunCounts} to the file named by `LADING_COUNTS_FILE`. */
export default class CountReporter {
  /**
   * @param {readonly import('vitest/node').TestModule[]} modules
   * @param {readonly { message?: string }[]} strayErrors
   */
  onTestRunEnd(modules, strayErrors) {
    const file = process.env.LADING_COUNTS_FILE
    if (file) writeFileSync(file, JSON.stringify(countRun(modules, strayErrors)))
  }
}

/**
 * @param {readonly import('vitest/node').TestModule[]} modules
 * @param {readonly { message?: string }[]} strayErrors
 * @returns {RunCounts}
 */
function countRun(modules, strayErrors) {
  /** @type {RunCounts} */
  const counts = { passed: 0, failed: 0, skipped: [], failures: [], byProject: {} }
  for (const module of modules) {
    const project = module.project.name.replace(/ \(.*\)$/, '') // without the browser's name
    for (const test of module.children.allTests()) {
      counts.byProject[project] = (counts.byProject[project] ?? 0) + 1
      countTest(counts, test, `${project}: ${test.fullName}`)
    }
    // A file or a group can fail with no test to its name: a syntax error, a throwing beforeAll.
    for (const error of [
      ...module.errors(),
      ...[...module.children.allSuites()].flatMap((suite) => suite.errors()),
    ]) {
      counts.failures.push(`${project}: ${module.relativeModuleId}: ${error.message}`)
    }
  }
  for (const error of strayErrors) counts.failures.push(`outside any test: ${error.message}`)
  counts.failed = counts.failures.length
  return counts
}

/** @param {RunCounts} counts @param {import('vitest/node').TestCase} test @param {string} name */
function countTest(counts, test, name) {
  const result = test.result()
  if (result.state === 'passed') counts.passed += 1
  else if (result.state === 'failed') counts.failures.push(name)
  else if (result.state === 'skipped') counts.skipped.push(`${name}${result.note ? ` (${result.note})` : ''}`)
  else counts.failures.push(`${name} (never ended)`)
}
