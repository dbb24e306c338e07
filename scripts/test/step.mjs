import { runCommand } from '../bootstrap/run-command.mjs'

/**
 * What a step came to; a check that is not a test run counts as one.
 * @typedef {{ passed: number, failures: string[], skipped: string[] }} StepResult
 */

/**
 * A named part of `npm test`.
 * @typedef {object} Step
 * @property {string} name
 * @property {boolean} [needsBrowser]
 * @property {boolean} [needsS3]
 * @property {(env: Record<string, string>) => Promise<StepResult>} run
 */

/**
 * A step that is one command and passes when that exits with 0.
 * @param {string} name
 * @param {string} bin a script to run with Node, from the root of the repository
 * @param {readonly string[]} args
 * @returns {Step}
 */
export function commandStep(name, bin, args = []) {
  return {
    name,
    async run(env) {
      const { code } = await runCommand(process.execPath, [bin, ...args], { env })
      return code === 0 ? passedOnce() : failedOnce(`${name} ended with code ${code}`)
    },
  }
}

/** @returns {StepResult} */
export function passedOnce() {
  return { passed: 1, failures: [], skipped: [] }
}

/** @param {string} reason @returns {StepResult} */
export function failedOnce(reason) {
  return { passed: 0, failures: [reason], skipped: [] }
}
