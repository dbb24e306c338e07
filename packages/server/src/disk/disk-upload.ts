import type { FileRecord, LandedChunk, UploadRecord, UploadStore } from '../storage.ts'
import type { DiskFile } from './disk-fs.ts'
import { type DiskLayout, openBoth } from './disk-layout.ts'
import { GroupCommit } from './group-commit.ts'
import type { Handles } from './handle-pool.ts'
import { type JournalEntry, journalLine } from './journal-line.ts'

/**
 * An open upload on disk: its bytes, and a journal of what has landed.
 * A chunk lands when its bytes are synced and then the journal's line; one such commit serves all who wait for one.
 */
export class DiskUpload implements UploadStore {
  readonly #disk: DiskLayout
  readonly #id: string
  readonly #commits: GroupCommit<JournalEntry> = new GroupCommit((entries) => this.#commit(entries))
  #journalLength: number
  /** Lines that failed may have reached the disk; until they are taken back no byte is written over what they claim. */
  #isTainted = false
  #takingBack: Promise<void> | undefined

  constructor(disk: DiskLayout, id: string, journalLength: number) {
    this.#disk = disk
    this.#id = id
    this.#journalLength = journalLength
  }

  write(offset: number, pieces: readonly Uint8Array[]): Promise<void> {
    return this.#use(({ data }) => data.pwrite(pieces, offset))
  }

  land({ index, sha256, at }: LandedChunk): Promise<void> {
    return this.#commits.add({ do: 'land', index, sha256: sha256.toString('hex'), at })
  }

  unland(index: number, at: number): Promise<void> {
    return this.#commits.add({ do: 'unland', index, at })
  }

  async publish(file: FileRecord): Promise<FileRecord> {
    await this.#use(async () => undefined)
    await this.#disk.pool.close(this.#id)
    await this.#disk.publish(file)
    // It has served; if it stays behind it does no harm.
    await this.#disk.fs.unlink(this.#disk.path('files', this.#id, 'journal')).catch(() => undefined)
    return file
  }

  async discard(): Promise<void> {
    await this.#disk.pool.close(this.#id)
    await this.#disk.trash('open', this.#id)
  }

  async #use<T>(work: (handles: Handles) => Promise<T>): Promise<T> {
    return this.#disk.pool.use(
      this.#id,
      () => openHandles(this.#disk, this.#id, 'update'),
      async (handles) => {
        if (this.#isTainted) await this.#takeBack(handles.journal)
        return work(handles)
      },
    )
  }

  #commit(entries: readonly JournalEntry[]): Promise<void> {
    return this.#use(async ({ data, journal }) => {
      if (entries.some((entry) => entry.do === 'land')) await data.fdatasync()
      const lines = Buffer.from(entries.map(journalLine).join(''))
      try {
        await journal.pwrite([lines], this.#journalLength)
        await journal.fdatasync()
      } catch (error) {
        this.#isTainted = true
        throw error
      }
      this.#journalLength += lines.length
    })
  }

  /** Once for all who wait for it: a second truncation could cut off what was written after the first. */
  #takeBack(journal: DiskFile): Promise<void> {
    this.#takingBack ??= this.#truncate(journal).finally(() => {
      this.#takingBack = undefined
    })
    return this.#takingBack
  }

  async #truncate(journal: DiskFile): Promise<void> {
    await journal.truncate(this.#journalLength)
    await journal.fdatasync()
    this.#isTainted = false
  }
}

/** Makes a new upload, durably. */
export async function createDiskUpload(disk: DiskLayout, record: UploadRecord): Promise<DiskUpload> {
  const { id } = record
  const first = Buffer.from(journalLine({ do: 'upload', version: 1, record }))
  await disk.fs.mkdir(disk.path('open', id))
  try {
    const open = (): Promise<Handles> => openHandles(disk, id, 'create')
    await disk.pool.use(id, open, async ({ journal }) => {
      await journal.pwrite([first], 0)
      await journal.fdatasync()
    })
    await disk.fs.syncDir(disk.path('open', id))
    await disk.sync('open')
  } catch (error) {
    await disk.pool.close(id)
    await disk.fs.removeTree(disk.path('open', id)).catch(() => undefined)
    throw error
  }
  return new DiskUpload(disk, id, first.length)
}

async function openHandles(disk: DiskLayout, id: string, mode: 'create' | 'update'): Promise<Handles> {
  const [data, journal] = await openBoth(disk.fs.open(disk.path('open', id, 'data'), mode), () =>
    disk.fs.open(disk.path('open', id, 'journal'), mode),
  )
  return { data, journal }
}
