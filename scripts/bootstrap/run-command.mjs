import { spawn } from 'node:child_process'
import { repoRoot } from './repo-root.mjs'
import { say } from './say.mjs'

const isWindows = process.platform === 'win32'

/**
 * How a command ended: its exit code, and what it printed when `capture` was set.
 * @typedef {{ code: number, output: string }} CommandResult
 */

/**
 * Runs a command in the repository's root and waits for its end; a command that cannot be started ends with 127.
 * One that takes longer than `limitMs` is stopped, so that nothing hangs for ever.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: Record<string, string>, capture?: boolean, limitMs?: number }} [options] `capture` keeps the output instead of showing it.
 * @returns {Promise<CommandResult>}
 */
export function runCommand(command, args, options = {}) {
  const { cwd = repoRoot, env = {}, capture = false, limitMs = 10 * 60_000 } = options
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', capture ? 'pipe' : 'inherit', capture ? 'pipe' : 'inherit'],
      shell: isWindows, // npx and friends are .cmd files there
    })
    let output = ''
    const keep = (/** @type {Buffer} */ text) => {
      output += text
    }
    child.stdout?.on('data', keep)
    child.stderr?.on('data', keep)
    const limit = setTimeout(() => {
      say(`${command} ${args[0]} is stopped, since it took longer than ${limitMs / 1000} s`)
      child.kill('SIGKILL')
    }, limitMs)
    const end = (/** @type {CommandResult} */ result) => {
      clearTimeout(limit)
      resolve(result)
    }
    child.once('error', (error) => end({ code: 127, output: output + error.message }))
    child.once('close', (code) => end({ code: code ?? 1, output }))
  })
}
