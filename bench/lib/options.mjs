import { parseArgs } from 'node:util'

/** Every row there is, in the order they run; the last ones only when asked for. */
export const rowNames = /** @type {const} */ ([
  'tick',
  'intake',
  'wire',
  'disk',
  'slow',
  'large',
  'sizes',
  'tune',
])

/** @typedef {typeof rowNames[number]} RowName */

/**
 * What the command line asks for.
 * @typedef {object} BenchOptions
 * @property {readonly RowName[]} rows
 * @property {number} rounds how often each contender runs, interleaved with the others
 * @property {number} sizeMb the large file, in MiB
 * @property {boolean} isCheck whether a missed budget is an error
 */

export const usage = `Usage: node bench/run.mjs [options]

  --only <rows>    of ${rowNames.join(', ')}; comma-separated. All but tune unless given
  --rounds <n>     how often each contender runs, interleaved: 5 unless given
  --size <MiB>     the large file: 512 unless given
  --check          end with exit code 1 where a budget is missed
  --help           this text
`

/**
 * Reads the command line.
 * @param {readonly string[]} args
 * @returns {BenchOptions | 'help'}
 * @throws {TypeError} naming what is wrong
 */
export function readOptions(args) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      rounds: { type: 'string', default: '5' },
      size: { type: 'string', default: '512' },
      check: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return 'help'
  return {
    rows: values.only === undefined ? rowNames.filter((name) => name !== 'tune') : readRows(values.only),
    rounds: readCount('--rounds', values.rounds),
    sizeMb: readCount('--size', values.size),
    isCheck: values.check,
  }
}

/** @param {string} text @returns {RowName[]} */
function readRows(text) {
  return text.split(',').map((name) => {
    const known = rowNames.find((one) => one === name)
    if (!known)
      throw new TypeError(`Expected \`--only\` to be of ${rowNames.join(', ')}, got \`${name}\` (string)`)
    return known
  })
}

/** @param {string} name @param {string} text */
function readCount(name, text) {
  const count = Number(text)
  if (Number.isInteger(count) && count > 0) return count
  throw new TypeError(`Expected \`${name}\` to be a positive integer, got \`${text}\` (string)`)
}
