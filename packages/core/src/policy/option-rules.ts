import type {
  ChangeableOptions,
  ConcurrencyOptions,
  RestrictionOptions,
  RetryOptions,
} from '../api/options.ts'
import { isAccept } from './accept.ts'
import { longestDelayMs } from './retry.ts'

/** What one option must be, in words and as a test. */
export type Rule = readonly [expected: string, test: (value: unknown) => boolean]

/** Rules by option name; a group of options has rules of its own. */
export interface Rules {
  readonly [name: string]: Rule | Rules
}

const isFunction = (value: unknown): boolean => typeof value === 'function'

const integer = (least: number, most: number = Number.MAX_SAFE_INTEGER): Rule => [
  (least ? 'a positive integer' : 'a non-negative integer') +
    (most === longestDelayMs ? ` up to ${most}` : ''),
  (value) => Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most,
]

const positive = integer(1)
const nonNegative = integer(0)
const delay = integer(0, longestDelayMs)
const boolean: Rule = ['a boolean', (value) => typeof value === 'boolean']

const oneOf = (choice: string): Rule => [
  `'${choice}' or false`,
  (value) => value === choice || value === false,
]

/** The rules of everything in `ChangeableOptions`. */
export const optionRules: Rules = {
  headers: [
    'an object of strings, or a function',
    (value) =>
      isFunction(value) ||
      (isRecord(value) && Object.values(value).every((header) => typeof header === 'string')),
  ],
  metadata: ['an object, or a function', (value) => isFunction(value) || isRecord(value)],
  autoStart: boolean,
  concurrency: { requests: positive, files: positive } satisfies Group<ConcurrencyOptions>,
  chunkSizeBytes: positive,
  integrity: oneOf('sha-256'),
  instant: oneOf('first'),
  identity: oneOf('sha-256-composite'),
  resume: oneOf('memory'),
  retry: { attempts: nonNegative, baseDelayMs: delay, maxDelayMs: delay } satisfies Group<RetryOptions>,
  restrictions: {
    accept: ['extensions (.png), MIME types or wildcards (image/*)', isAccept],
    maxFiles: nonNegative,
    maxFileSizeBytes: nonNegative,
    minFileSizeBytes: nonNegative,
    maxTotalBytes: nonNegative,
    allowDuplicates: boolean,
    validate: ['a function', isFunction],
  } satisfies Group<RestrictionOptions>,
  stallTimeoutMs: integer(1, longestDelayMs),
} satisfies { [Name in keyof Required<ChangeableOptions>]: Rule | Rules }

type Group<Options> = { [Name in keyof Required<Options>]: Rule }

/** Whether a value is an object with names: no array, no function. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
