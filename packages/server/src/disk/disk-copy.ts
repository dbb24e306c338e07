import { isSameIdentity } from '../chunk-ledger.ts'
import type { FileRecord, OwnedFile } from '../storage.ts'
import { hasCode } from './disk-fs.ts'
import type { DiskLayout } from './disk-layout.ts'

type Linked = 'linked' | 'gone' | 'unlinkable'

/** Publishes a file that shares its data with another one, by a hard link: the file system counts them. */
export async function copyFile(disk: DiskLayout, file: OwnedFile): Promise<FileRecord | undefined> {
  const { owner, digest } = file
  for (const id of await disk.contents.find(file)) {
    const source = await disk.readRecord('files', id)
    if (source?.owner === owner && isSameIdentity(source.digest, digest)) {
      const linked = await publishLink(disk, id, file)
      if (linked === 'linked') return file
      if (linked === 'unlinkable') return undefined
    } else await disk.contents.forget({ id, owner, digest })
  }
  return undefined
}

/** As a file that comes in one request: no journal, and before it has its record a crash leaves nothing of it. */
async function publishLink(disk: DiskLayout, source: string, file: OwnedFile): Promise<Linked> {
  const folder = disk.path('open', file.id)
  await disk.fs.mkdir(folder)
  try {
    const linked = await link(disk, source, file.id)
    if (linked === 'linked') await disk.publish(file)
    else await disk.fs.removeTree(folder)
    return linked
  } catch (error) {
    await disk.fs.removeTree(folder).catch(() => undefined)
    throw error
  }
}

async function link(disk: DiskLayout, source: string, id: string): Promise<Linked> {
  try {
    await disk.fs.link(disk.path('files', source, 'data'), disk.path('open', id, 'data'))
    return 'linked'
  } catch (error) {
    // Removed just now.
    if (hasCode(error, 'ENOENT')) return 'gone'
    // A file system without links, or with no more of them for this file.
    if (hasCode(error, 'EMLINK', 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS')) return 'unlinkable'
    throw error
  }
}
