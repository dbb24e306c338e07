import { misuse } from '@lading/core/engine'

/** What an option must be: in words, and as a test of a value that is given. */
export type OptionRule = readonly [expected: string, isRight: (value: unknown) => boolean]

/** Throws a TypeError that names the first option that is wrong, missing or unknown. */
export function checkOptions(
  options: unknown,
  rules: Readonly<Record<string, OptionRule>>,
  required: readonly string[],
): void {
  if (typeof options !== 'object' || options === null) throw misuse('options', 'an object', options)
  for (const [name, [expected, isRight]] of Object.entries(rules)) {
    const value: unknown = Reflect.get(options, name)
    const isLeftOut = value === undefined && !required.includes(name)
    if (!isLeftOut && !isRight(value)) throw misuse(name, expected, value)
  }
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(rules, name)) throw new TypeError(`Unknown option \`${name}\``)
  }
}
