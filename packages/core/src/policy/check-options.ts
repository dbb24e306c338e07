import { misuse } from '../errors/misuse.ts'
import { isRecord, optionRules, type Rule, type Rules } from './option-rules.ts'

/**
 * Looks over options as they come from the app, and throws a TypeError that names the first wrong or unknown one.
 *
 * `alsoKnown` names options that the caller checks itself (`protocol`). An option that is `undefined` is not given.
 */
export function checkOptions(options: unknown, alsoKnown: readonly string[] = []): void {
  checkGroup('', options, optionRules, alsoKnown)
}

function checkGroup(path: string, options: unknown, rules: Rules, alsoKnown: readonly string[]): void {
  if (!isRecord(options)) throw misuse(path || 'options', 'an object', options)
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || alsoKnown.includes(name)) continue
    const at = path ? `${path}.${name}` : name
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined
    if (!rule) throw unknownOption(at, name, alsoKnown)
    if (!isRule(rule)) checkGroup(at, value, rule, [])
    else if (!rule[1](value)) throw misuse(at, rule[0], value)
  }
}

function isRule(rule: Rule | Rules): rule is Rule {
  return Array.isArray(rule)
}

function unknownOption(at: string, name: string, alsoKnown: readonly string[]): TypeError {
  const paths = [...pathsOf(optionRules), ...alsoKnown]
  const [best] = paths
    .map((path) => [path, likeness(path.slice(path.lastIndexOf('.') + 1), name)] as const)
    .sort((a, b) => b[1] - a[1])
  return new TypeError(
    `Unknown option \`${at}\`${best && best[1] > 0.5 ? `, did you mean \`${best[0]}\`?` : ''}`,
  )
}

function pathsOf(rules: Rules, prefix = ''): string[] {
  return Object.entries(rules).flatMap(([name, rule]) =>
    isRule(rule) ? prefix + name : [prefix + name, ...pathsOf(rule, `${name}.`)],
  )
}

/** How much of the longer of two names their common beginning and end make up. */
function likeness(one: string, other: string): number {
  const [short, long] = [one.toLowerCase(), other.toLowerCase()].sort((a, b) => a.length - b.length) as [
    string,
    string,
  ]
  let head = 0
  while (head < short.length && short[head] === long[head]) head++
  let tail = 0
  while (tail < short.length - head && short.at(-1 - tail) === long.at(-1 - tail)) tail++
  return (head + tail) / long.length
}
