import type { Random } from '@lading/core'

/** Chance that a test decides: `numbers` over and over, and ids that count. */
export function scriptedRandom(numbers: readonly number[] = [0]): Random {
  let [drawn, ids] = [0, 0]
  return {
    number: () => numbers[drawn++ % numbers.length] ?? 0,
    id: () => `upload-${ids++}`.padEnd(32, '-'),
  }
}
