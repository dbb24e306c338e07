import { setTimeout as sleep } from 'node:timers/promises'

const pollMs = 250

/**
 * Settles when a Storybook answers with its page and with the list of its stories.
 * @param {string} origin
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
export async function untilAnswering(origin, signal) {
  while (
    !(await answers(`${origin}/index.json`, signal)) ||
    !(await answers(`${origin}/iframe.html`, signal))
  ) {
    await sleep(pollMs, undefined, { signal })
  }
}

/** @param {string} url @param {AbortSignal} signal */
async function answers(url, signal) {
  try {
    return (await fetch(url, { signal })).ok
  } catch {
    return false
  }
}
