import { readFacts } from './read-facts.mjs'
import { rules } from './rules.mjs'

/**
 * Every breach of a rule in one file, as `path:line: what it does (the rule)`.
 * @param {string} path from the root of the repository, with forward slashes
 * @param {string} text
 * @returns {string[]}
 */
export function findViolations(path, text) {
  const facts = readFacts(path, text)
  return rules
    .filter((rule) => rule.appliesTo(path))
    .flatMap((rule) =>
      rule.breaches(facts).map(({ line, what }) => `${path}:${line}: ${what} (${rule.name})`),
    )
}
