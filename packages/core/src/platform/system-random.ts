import type { Random } from '../ports/random.ts'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const idLength = 32

// One call for many ids: a call of its own for each would be a third of what adding a file costs.
const pool = new Uint8Array(idLength * 128)
let at = pool.length

/** Chance from the system: `crypto.getRandomValues` for ids, which insecure contexts have as well. */
export const systemRandom: Random = {
  number: () => Math.random(),
  id: () => {
    if (at >= pool.length) {
      crypto.getRandomValues(pool)
      at = 0
    }
    let id = ''
    for (const end = at + idLength; at < end; at++) id += alphabet[(pool[at] ?? 0) & 63]
    return id
  },
}
