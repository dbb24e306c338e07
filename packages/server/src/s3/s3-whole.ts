import { problem } from '../problem.ts'
import { KeyTaken } from '../shared-storage.ts'
import type { FileRecord, LandedChunk, UploadRecord, UploadStore } from '../storage.ts'
import type { BufferBudget } from './buffer-budget.ts'
import { payloadOf } from './chunk-prefix.ts'
import { segmentName } from './s3-layout.ts'
import type { S3File } from './s3-records.ts'
import type { S3Shelf } from './s3-shelf.ts'

/**
 * A file that comes in one request: one object, written once all of it is there. It is published by the entry in the
 * log of its key, so that of several requests with one key, in several processes, one is.
 */
export class S3Whole implements UploadStore {
  readonly #shelf: S3Shelf
  readonly #record: UploadRecord
  /** Where the key's log must still end. */
  readonly #keyPlace: number | undefined
  readonly #budget: BufferBudget
  #pieces: Uint8Array[] = []
  #bytes = 0
  #name: string | undefined

  constructor(shelf: S3Shelf, record: UploadRecord, keyPlace: number | undefined) {
    this.#shelf = shelf
    this.#record = record
    this.#keyPlace = keyPlace
    this.#budget = shelf.budget
  }

  async write(_offset: number, pieces: readonly Uint8Array[]): Promise<void> {
    const bytes = pieces.reduce((sum, { byteLength }) => sum + byteLength, 0)
    await this.#budget.take(bytes, async () => {
      // There is no prefix to go on from later, so somebody has to come again.
      throw problem('unavailable')
    })
    this.#pieces.push(...pieces)
    this.#bytes += bytes
  }

  async land({ index, sha256 }: LandedChunk): Promise<void> {
    const { bucket, layout } = this.#shelf
    const name = segmentName(index, sha256.toString('hex'))
    const bytes = Buffer.concat(this.#pieces)
    await this.#budget.leaving(() =>
      bucket.put(layout.content(this.#record.id) + name, payloadOf(bytes, sha256)),
    )
    this.#name = name
    this.#release()
  }

  async unland(): Promise<void> {}

  async publish(file: FileRecord): Promise<FileRecord> {
    const { id, owner, key } = this.#record
    if (this.#name === undefined) throw new TypeError('Expected the only chunk to have landed')
    const s3File: S3File = { ...file, content: { kind: 'segments', names: [this.#name] } }
    const use = { do: 'use', id, file: s3File } as const
    if (!(await this.#shelf.keyOf(owner, key).append(this.#keyPlace, use))) throw new KeyTaken()
    // From here on it is published; whoever finds the key without the file does the rest.
    this.#name = undefined
    return this.#shelf.publish(s3File)
  }

  async discard(): Promise<void> {
    const { bucket, layout } = this.#shelf
    this.#release()
    if (this.#name !== undefined) await bucket.delete([layout.content(this.#record.id) + this.#name])
  }

  #release(): void {
    this.#budget.free(this.#bytes)
    this.#bytes = 0
    this.#pieces = []
  }
}
