/** A file without a pattern: the same bytes for the same seed, others for another. */
export function noiseFile(name: string, size: number, seed = 1): File {
  const words = new Uint32Array(Math.ceil(size / 4))
  let state = seed >>> 0
  for (let at = 0; at < words.length; at++) {
    // xorshift in a Weyl sequence: the low bits of a plain congruence repeat too soon to tell chunks apart
    state = (state + 0x9e3779b9) >>> 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b)
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
    words[at] = mixed ^ (mixed >>> 16)
  }
  const bytes = new Uint8Array(words.buffer, 0, size)
  return new File([bytes], name, { type: 'application/octet-stream', lastModified: 1_700_000_000_000 })
}
