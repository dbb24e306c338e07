import { randomBytes } from 'node:crypto'
import { freePort } from './free-port.mjs'

/**
 * An address for an engine that is still to be started, with keys nobody knows: whoever needs it can be told at once.
 * @returns {Promise<string>}
 */
export async function s3EngineUrl() {
  const [access, secret] = [randomBytes(10).toString('hex'), randomBytes(20).toString('hex')]
  return `http://${access}:${secret}@127.0.0.1:${await freePort()}`
}
