import { runCommand } from './run-command.mjs'

/** The one package manager of this repository; npx brings it, nobody has to install it. */
export const pnpmVersion = 'pnpm@12.21.0'

/**
 * Runs pnpm in the root of the repository.
 * @param {readonly string[]} args
 * @param {{ env?: Record<string, string>, capture?: boolean }} [options]
 */
export function runPnpm(args, options) {
  return runCommand('npx', ['--yes', pnpmVersion, ...args], options)
}
