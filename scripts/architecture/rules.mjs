import { ambientRules } from './ambient-rules.mjs'
import { engineRules } from './engine-rules.mjs'
import { importRules } from './import-rules.mjs'

/**
 * A rule looks at one file and tells what breaks it.
 * @typedef {object} Rule
 * @property {string} name
 * @property {(path: string) => boolean} appliesTo
 * @property {(facts: import('./read-facts.mjs').FileFacts) => readonly { line: number, what: string }[]} breaches
 */

/** @type {readonly Rule[]} */
export const rules = [...importRules, ...ambientRules, ...engineRules]
