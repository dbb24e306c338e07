import { spawn } from 'node:child_process'

const insistAfterMs = 4000

/**
 * A program that runs until it is stopped.
 * @typedef {{ name: string, hasEnded: () => boolean, stop: () => Promise<void> }} Daemon
 */

/**
 * Starts a program that stays in the foreground, with its words on no terminal.
 * @param {string} name
 * @param {readonly string[]} args
 * @returns {Daemon}
 */
export function startDaemon(name, args) {
  const child = spawn(name, args, { stdio: 'ignore' })
  let hasEnded = false
  /** @type {Promise<void>} */
  const ended = new Promise((resolve) => {
    const end = () => {
      hasEnded = true
      resolve()
    }
    child.once('error', end)
    child.once('close', end)
  })
  // Whoever is stopped without a word takes its daemons along.
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  return {
    name,
    hasEnded: () => hasEnded,
    async stop() {
      child.kill('SIGTERM')
      const insist = setTimeout(kill, insistAfterMs)
      await ended
      clearTimeout(insist)
      process.off('exit', kill)
    },
  }
}
