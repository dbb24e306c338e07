import { createServer } from 'node:net'

/**
 * Whether a server can listen there.
 * @param {string} host
 * @param {number} port
 * @returns {Promise<boolean>}
 */
export function portIsFree(host, port) {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve(true)))
  })
}
