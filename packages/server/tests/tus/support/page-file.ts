import { expect } from 'vitest'

/** A file of which no two places are alike, with a name of its own. */
export function pageFile(size: number, name: string): File {
  const bytes = new Uint8Array(size)
  for (let offset = 0; offset < size; offset += 65_536) {
    crypto.getRandomValues(bytes.subarray(offset, offset + 65_536))
  }
  return new File([bytes], name, { type: 'video/mp4', lastModified: 1_795_305_600_000 })
}

/** Downloads a file and compares it byte for byte. */
export async function expectDownload(url: string | undefined, file: File): Promise<void> {
  if (!url) throw new Error('Nobody said where the file is')
  const response = await fetch(url)
  expect([response.status, response.headers.get('content-type')]).toEqual([200, file.type])
  const [got, sent] = await Promise.all([response.arrayBuffer(), file.arrayBuffer()])
  const there = new Uint8Array(got)
  const here = new Uint8Array(sent)
  expect(there.byteLength).toBe(here.byteLength)
  expect(here.findIndex((byte, index) => byte !== there[index])).toBe(-1)
}
