import { crc32 } from 'node:zlib'
import type { UploadRecord } from '../storage.ts'

/** What a line of an upload's journal says. The first one is `upload`. */
export type JournalEntry =
  | { readonly do: 'upload'; readonly version: 1; readonly record: UploadRecord }
  | { readonly do: 'land'; readonly index: number; readonly sha256: string; readonly at: number }
  | { readonly do: 'unland'; readonly index: number; readonly at: number }

/** What a journal says, up to its first line that is torn or wrong. */
export interface ReadJournal {
  readonly entries: readonly JournalEntry[]
  /** How many bytes of it can be trusted. */
  readonly length: number
}

/** A line: the checksum of the JSON, the JSON, the end of the line. JSON never holds a raw line feed. */
export function journalLine(entry: JournalEntry): string {
  const json = JSON.stringify(entry)
  return `${checksum(json)} ${json}\n`
}

/** Reads lines until one is torn: a crash tears the tail only, and nothing in a torn tail was acknowledged. */
export function readJournal(bytes: Buffer): ReadJournal {
  const entries: JournalEntry[] = []
  let length = 0
  for (;;) {
    const end = bytes.indexOf(0x0a, length)
    const entry = end === -1 ? undefined : readLine(bytes.toString('utf8', length, end))
    if (!entry) return { entries, length }
    entries.push(entry)
    length = end + 1
  }
}

function readLine(line: string): JournalEntry | undefined {
  const json = line.slice(9)
  if (line[8] !== ' ' || checksum(json) !== line.slice(0, 8)) return undefined
  // The checksum says that we wrote it, so it is of our form.
  const entry: JournalEntry = JSON.parse(json)
  return entry
}

function checksum(json: string): string {
  return crc32(json).toString(16).padStart(8, '0')
}
