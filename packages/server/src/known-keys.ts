import { BoundedMap } from './bounded-map.ts'
import { problem } from './problem.ts'
import type { UploadRecord } from './storage.ts'

/** How long the key of a published file is remembered, counted from when its upload was created. */
export const KEY_LIFE_MS: number = 24 * 60 * 60 * 1000

const MOST_KEYS_OF_FILES = 100_000
const KEY = /^[A-Za-z0-9._~-]{16,128}$/

/** What an Idempotency-Key was used for. */
export type KeyUse = Pick<UploadRecord, 'id' | 'key' | 'owner' | 'fingerprint' | 'createdAt'>

/** Which Idempotency-Keys stand for what: those of open uploads, and for a day those of files. */
export class KnownKeys {
  readonly #ofOpen = new Map<string, KeyUse>()
  readonly #ofFiles: BoundedMap<string, KeyUse> = new BoundedMap(MOST_KEYS_OF_FILES)

  get(name: string): KeyUse | undefined {
    return this.#ofOpen.get(name) ?? this.#ofFiles.get(name)
  }

  /** Remembers the key of an upload, or of the file it has become. */
  add(kind: 'open' | 'file', { id, key, owner, fingerprint, createdAt }: UploadRecord): void {
    const use = { id, key, fingerprint, createdAt, ...(owner === undefined ? {} : { owner }) }
    const name = keyName(owner, key)
    if (kind === 'open') this.#ofOpen.set(name, use)
    else this.#ofFiles.set(name, use)
    if (kind === 'file') this.#ofOpen.delete(name)
  }

  /** Frees the key of what is gone. */
  delete({ owner, key, id }: KeyUse): void {
    const name = keyName(owner, key)
    if (this.#ofOpen.get(name)?.id === id) this.#ofOpen.delete(name)
    if (this.#ofFiles.get(name)?.id === id) this.#ofFiles.delete(name)
  }

  /** Forgets the keys of files that were created before then. */
  sweep(before: number): void {
    for (const [name, { createdAt }] of this.#ofFiles.entries()) {
      if (createdAt < before) this.#ofFiles.delete(name)
    }
  }
}

/** A key is its owner's own: another's is another one, though it be spelled alike. */
export function keyName(owner: string | undefined, key: string): string {
  return JSON.stringify([owner ?? null, key])
}

/** The Idempotency-Key of a request. */
export function readKey(value: string | undefined): string {
  if (value === undefined || !KEY.test(value)) throw problem('invalid-idempotency-key')
  return value
}
