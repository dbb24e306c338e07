/**
 * One line of the report: what was measured, how often, and what it has to be.
 * @typedef {object} Measure
 * @property {string} name
 * @property {string} unit
 * @property {readonly number[]} samples one for each round
 * @property {Budget} [budget]
 */

/**
 * A bound for the median of a measure.
 * @typedef {{ kind: 'at-most' | 'at-least', limit: number }} Budget
 */

/** @param {number} limit @returns {Budget} */
export const atMost = (limit) => ({ kind: 'at-most', limit })
/** @param {number} limit @returns {Budget} */
export const atLeast = (limit) => ({ kind: 'at-least', limit })

/** The middle one, or the mean of the middle two. @param {readonly number[]} samples */
export function median(samples) {
  const sorted = [...samples].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/**
 * Whether the median keeps the budget; `undefined` where there is none.
 * @param {Measure} measure
 */
export function keepsBudget({ samples, budget }) {
  if (!budget) return undefined
  const value = median(samples)
  return budget.kind === 'at-most' ? value <= budget.limit : value >= budget.limit
}

/**
 * Round by round: what one did in the same minute as the other, so that a machine that slows down does to both.
 * @param {readonly number[]} ones
 * @param {readonly number[]} others
 */
export function ratios(ones, others) {
  return ones.map((one, round) => one / (others[round] ?? Number.NaN))
}

/**
 * Runs each contender once a round, in an order that moves on each time.
 * @template {string} Name
 * @param {Record<Name, () => Promise<number>>} contenders
 * @param {number} rounds
 * @param {(name: Name, value: number) => void} [onSample]
 * @returns {Promise<Record<Name, number[]>>}
 */
export async function interleave(contenders, rounds, onSample) {
  const names = /** @type {Name[]} */ (Object.keys(contenders))
  const samples = /** @type {Record<Name, number[]>} */ ({})
  for (const name of names) samples[name] = []
  for (let round = 0; round < rounds; round++) {
    for (let place = 0; place < names.length; place++) {
      const name = names[(place + round) % names.length]
      if (name === undefined) continue
      const value = await contenders[name]()
      samples[name].push(value)
      onSample?.(name, value)
    }
  }
  return samples
}
