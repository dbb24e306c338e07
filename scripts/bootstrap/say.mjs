/**
 * Prints one line about what a script is doing.
 * @param {string} message
 */
export function say(message) {
  process.stdout.write(`[lading] ${message}\n`)
}
