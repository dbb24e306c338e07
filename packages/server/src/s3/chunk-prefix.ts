import { createHash } from 'node:crypto'
import type { S3Shelf } from './s3-shelf.ts'

/** A piece of the prefix of a chunk, as an object. */
interface Fragment {
  readonly key: string
  readonly start: number
  readonly length: number
}

const FRAGMENT = /\/([0-9a-z]+)\/(\d{15})-(\d+)-([0-9a-z]+)$/

/**
 * The prefix of a chunk that has not landed, as requests have left it: one object for each request, one after another.
 * Whoever starts the chunk over begins another row of objects, under another token.
 */
export class ChunkPrefix {
  readonly #shelf: S3Shelf
  readonly #folder: string
  readonly #token: string
  readonly #fragments: Fragment[]
  /** Milliseconds since the epoch. */
  readonly lastActiveAt: number

  constructor(
    shelf: S3Shelf,
    folder: string,
    token: string = shelf.newToken(),
    fragments: readonly Fragment[] = [],
    lastActiveAt = 0,
  ) {
    this.#shelf = shelf
    this.#folder = folder
    this.#token = token
    this.#fragments = [...fragments]
    this.lastActiveAt = lastActiveAt
  }

  get bytes(): number {
    return this.#fragments.reduce((bytes, { length }) => bytes + length, 0)
  }

  /** Adds what came next. */
  async add(pieces: readonly Uint8Array[]): Promise<void> {
    const bytes = Buffer.concat(pieces)
    if (bytes.length === 0) return
    const start = this.bytes
    const at = this.#shelf.around.clock.now().toString(36)
    const key = `${this.#folder}${this.#token}/${String(start).padStart(15, '0')}-${bytes.length}-${at}`
    await this.#shelf.bucket.put(key, payloadOf(bytes))
    this.#fragments.push({ key, start, length: bytes.length })
  }

  /** Reads all of it back. */
  async read(): Promise<Buffer[]> {
    const pieces: Buffer[] = []
    for (const { key, length } of this.#fragments) {
      const bytes = await this.#shelf.bucket.get(key)
      if (bytes?.length !== length) throw new Error(`${key} is not there as it was`)
      pieces.push(bytes)
    }
    return pieces
  }

  /** Removes everything of the chunk that is not of this row. */
  async dropOthers(): Promise<void> {
    const mine = `${this.#folder}${this.#token}/`
    await this.#shelf.clear([this.#folder], (key) => key.startsWith(mine))
  }

  /** Removes what is beyond so many bytes; only whole objects can go. */
  async cutAt(bytes: number): Promise<void> {
    const beyond = this.#fragments.filter(({ start }) => start >= bytes)
    this.#fragments.splice(this.#fragments.length - beyond.length)
    await this.#shelf.bucket.delete(beyond.map(({ key }) => key))
  }

  /** Removes all of it. */
  async drop(): Promise<void> {
    await this.cutAt(0)
  }
}

/** The prefixes below a name, by the name of their chunk's folder: of several rows the newest counts. */
export async function readPrefixes(shelf: S3Shelf, name: string): Promise<Map<string, ChunkPrefix>> {
  const rows = new Map<string, { folder: string; token: string; at: number; fragments: Fragment[] }>()
  for await (const { key } of shelf.bucket.list(name)) {
    const [whole = '', token = '', start, length, at = ''] = FRAGMENT.exec(key) ?? []
    if (whole === '') continue
    const folder = key.slice(0, -whole.length + 1)
    const row = rows.get(folder + token) ?? { folder, token, at: 0, fragments: [] }
    rows.set(folder + token, row)
    row.fragments.push({ key, start: Number(start), length: Number(length) })
    row.at = Math.max(row.at, Number.parseInt(at, 36))
  }
  const prefixes = new Map<string, ChunkPrefix>()
  // Tokens sort by time, so a later row takes the place of an earlier one.
  for (const { folder, token, at, fragments } of rows.values()) {
    prefixes.set(folder, new ChunkPrefix(shelf, folder, token, unbroken(fragments), at))
  }
  return prefixes
}

/** Bytes with the digests the store checks them by. */
export function payloadOf(
  bytes: Buffer,
  sha256: Buffer = createHash('sha256').update(bytes).digest(),
): { bytes: Buffer; sha256: Buffer; md5: Buffer } {
  return { bytes, sha256, md5: createHash('md5').update(bytes).digest() }
}

/** Two requests may have gone on from the same place through two processes: the longer one counts. */
function unbroken(fragments: readonly Fragment[]): Fragment[] {
  const row: Fragment[] = []
  let end = 0
  for (;;) {
    const next = fragments.filter(({ start }) => start === end).sort((a, b) => b.length - a.length)[0]
    if (!next) return row
    row.push(next)
    end += next.length
  }
}
