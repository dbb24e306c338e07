import type { S3Bucket } from './s3-bucket.ts'

const PLACE_DIGITS = 4
const MOST_PLACES = 10 ** PLACE_DIGITS

/** An entry, and where in its log it is. */
export interface Placed<Entry> {
  readonly place: number
  readonly entry: Entry
}

/**
 * A log whose entries are objects, each made only if its place is free: of all processes that mean to write the next
 * entry one does. Nothing in it ever changes, so whoever has read the last entry and appends decides on what it read.
 */
export class AppendLog<Entry extends object> {
  readonly #bucket: S3Bucket
  readonly #name: string
  readonly #newToken: () => string

  constructor(bucket: S3Bucket, name: string, newToken: () => string) {
    this.#bucket = bucket
    this.#name = name
    this.#newToken = newToken
  }

  /** The last entry. Most logs have none or one, and one that has none costs one request. */
  async last(): Promise<Placed<Entry> | undefined> {
    const first = await this.#read(0)
    if (first === undefined) return undefined
    let place = 0
    for await (const { key } of this.#bucket.list(`${this.#name}-`)) place = Math.max(place, placeOf(key))
    return this.at(place)
  }

  /** The entry at a place that is known to be taken. */
  async at(place: number): Promise<Placed<Entry> | undefined> {
    const text = await this.#read(place)
    if (text === undefined) return undefined
    const entry: Entry = JSON.parse(text)
    return { place, entry }
  }

  /** Writes the entry after this one; false if somebody else has written another there. */
  async append(after: number | undefined, entry: Entry): Promise<boolean> {
    const place = after === undefined ? 0 : after + 1
    if (place >= MOST_PLACES) throw new Error(`The log ${this.#name} is full`)
    // An attempt whose answer was lost finds its own entry there when it is repeated.
    const text = JSON.stringify({ ...entry, by: this.#newToken() })
    return (await this.#bucket.create(this.#key(place), text)) || (await this.#read(place)) === text
  }

  async #read(place: number): Promise<string | undefined> {
    return (await this.#bucket.get(this.#key(place)))?.toString('utf8')
  }

  #key(place: number): string {
    return `${this.#name}-${String(place).padStart(PLACE_DIGITS, '0')}`
  }
}

/** The place in the name of an entry. */
export function placeOf(key: string): number {
  return Number(key.slice(-PLACE_DIGITS))
}
