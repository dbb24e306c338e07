/** A file of this size whose bytes follow from its name: never the same in two places, always the same in two runs. */
export function fileOf(name: string, size: number, type = 'application/octet-stream'): File {
  const words = new Uint32Array(Math.ceil(size / 4))
  let word =
    [...name].reduce((seed, letter) => Math.imul(seed ^ letter.charCodeAt(0), 0x01000193), 0x811c9dc5) | 1
  for (let index = 0; index < words.length; index++) {
    word ^= word << 13
    word ^= word >>> 17
    word ^= word << 5
    words[index] = word
  }
  return new File([new Uint8Array(words.buffer, 0, size)], name, { type, lastModified: 0 })
}
