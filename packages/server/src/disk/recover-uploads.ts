import { ChunkLedger, isSameIdentity } from '../chunk-ledger.ts'
import { chunkLength, planChunks } from '../chunk-plan.ts'
import type { FileRecord, LandedChunk, RecoveredUpload, UploadRecord } from '../storage.ts'
import { isId } from '../upload-id.ts'
import { hasCode, readWhole } from './disk-fs.ts'
import type { DiskLayout } from './disk-layout.ts'
import { DiskUpload } from './disk-upload.ts'
import { type JournalEntry, type ReadJournal, readJournal } from './journal-line.ts'

/** What became of one folder in `open`. */
type Fate = { readonly upload: RecoveredUpload } | { readonly published: FileRecord } | 'dropped'

/** Finishes or rolls back what a crash left in `open`; everything it does can be done again after another crash. */
export async function recoverUploads(
  disk: DiskLayout,
): Promise<{ uploads: RecoveredUpload[]; published: FileRecord[] }> {
  const uploads: RecoveredUpload[] = []
  const published: FileRecord[] = []
  for (const id of await disk.fs.readdir(disk.path('open'))) {
    // What is not ours is left alone.
    if (!isId(id)) continue
    const fate = await decide(disk, id)
    if (fate === 'dropped') await disk.fs.removeTree(disk.path('open', id))
    else if ('upload' in fate) uploads.push(fate.upload)
    else published.push(fate.published)
  }
  await disk.sync('open')
  return { uploads, published }
}

async function decide(disk: DiskLayout, id: string): Promise<Fate> {
  if (await disk.readRecord('files', id)) return 'dropped'
  const size = await dataSize(disk, id)
  if (size === undefined) return 'dropped'
  const journal = readJournal((await readWhole(disk.fs, disk.path('open', id, 'journal'))) ?? Buffer.alloc(0))
  const file = await disk.readRecord('open', id)
  const record = recordOf(journal, id)
  // Without a journal it came in one request: published if its record is there, else nobody was told of it.
  if (!record) return file?.size === size ? publish(disk, file) : 'dropped'
  const landed = replay(journal.entries, record, size)
  const ledger = new ChunkLedger(planChunks(record.size, record.chunkSizeBytes))
  for (const { index, sha256 } of landed.values()) ledger.set(index, sha256)
  if (file && ledger.isWhole && isSameIdentity(file.digest, ledger.identity())) return publish(disk, file)
  await repair(disk, id, journal)
  const lastActiveAt = journal.entries.reduce(
    (latest, entry) => (entry.do === 'upload' ? latest : Math.max(latest, entry.at)),
    record.createdAt,
  )
  const store = new DiskUpload(disk, id, journal.length)
  return { upload: { record, landed: [...landed.values()], lastActiveAt, store } }
}

async function publish(disk: DiskLayout, file: FileRecord): Promise<Fate> {
  await disk.publish(file)
  await disk.fs.unlink(disk.path('files', file.id, 'journal')).catch(() => undefined)
  return { published: file }
}

async function dataSize(disk: DiskLayout, id: string): Promise<number | undefined> {
  try {
    const data = await disk.fs.open(disk.path('open', id, 'data'), 'read')
    try {
      return await data.size()
    } finally {
      await data.close()
    }
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined
    throw error
  }
}

function recordOf({ entries: [first] }: ReadJournal, id: string): UploadRecord | undefined {
  return first?.do === 'upload' && first.version === 1 && first.record.id === id ? first.record : undefined
}

function replay(
  entries: readonly JournalEntry[],
  record: UploadRecord,
  size: number,
): Map<number, LandedChunk> {
  const plan = planChunks(record.size, record.chunkSizeBytes)
  const landed = new Map<number, LandedChunk>()
  for (const entry of entries) {
    if (entry.do === 'unland') landed.delete(entry.index)
    if (entry.do === 'land') landed.set(entry.index, { ...entry, sha256: Buffer.from(entry.sha256, 'hex') })
  }
  for (const index of landed.keys()) {
    // Bytes are synced before the line: this is somebody having cut the file, and such a chunk is sent again.
    if (index * plan.chunkSizeBytes + chunkLength(plan, index) > size) landed.delete(index)
  }
  return landed
}

/** Cuts off a torn tail, or what is written next would be torn too, and a record that was never published. */
async function repair(disk: DiskLayout, id: string, { length }: ReadJournal): Promise<void> {
  const journal = await disk.fs.open(disk.path('open', id, 'journal'), 'update')
  try {
    if ((await journal.size()) > length) {
      await journal.truncate(length)
      await journal.fdatasync()
    }
  } finally {
    await journal.close()
  }
  await disk.fs.unlink(disk.path('open', id, 'record.json')).catch((error: unknown) => {
    if (!hasCode(error, 'ENOENT')) throw error
  })
}
