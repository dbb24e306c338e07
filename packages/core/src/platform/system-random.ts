import type { Random } from '../ports/random.ts'

/** Chance from the system: `crypto.getRandomValues` for ids, which insecure contexts have as well. */
export const systemRandom: Random = {
  number: () => Math.random(),
  id: () => {
    let binary = ''
    for (const byte of crypto.getRandomValues(new Uint8Array(24))) binary += String.fromCharCode(byte)
    return btoa(binary).replaceAll('+', '-').replaceAll('/', '_')
  },
}
