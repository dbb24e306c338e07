import { checkOptions, type OptionRule } from '../check-options.ts'

const rules: Readonly<Record<string, OptionRule>> = {
  sign: ['a function', (value) => typeof value === 'function'],
  checksum: ["'sha-256' or false", (value) => value === 'sha-256' || value === false],
}

/** Throws a TypeError that names the first option that is wrong, missing or unknown. */
export function checkPresignedPutOptions(options: unknown): void {
  checkOptions(options, rules, ['sign'])
}
