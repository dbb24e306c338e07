import type { WireIdentity } from '../wire.ts'
import type { S3Shelf } from './s3-shelf.ts'

/** What is needed to remove a file. */
interface Removal {
  readonly id: string
  readonly owner?: string
  readonly key: string
  readonly digest?: WireIdentity
}

/** Removes a file and frees its key. From the first write on a sweep makes good what a crash leaves undone. */
export async function removeFile(shelf: S3Shelf, { id, owner, key, digest }: Removal): Promise<void> {
  const { bucket, layout } = shelf
  const removal: Removal = {
    id,
    key,
    ...(owner === undefined ? {} : { owner }),
    ...(digest && { digest }),
  }
  await bucket.create(layout.removal(id), JSON.stringify(removal))
  const keyLog = shelf.keyOf(owner, key)
  const last = await keyLog.last()
  // Before the record goes: whoever finds the key and no record would write that anew.
  if (last?.entry.do === 'use' && last.entry.id === id) await keyLog.append(last.place, { do: 'free' })
  const mark = owner !== undefined && digest ? [layout.holders(owner, digest) + id] : []
  await bucket.delete([layout.file(id), ...mark])
  await shelf.clear([layout.content(id)])
  await bucket.delete([layout.removal(id)])
}

/** Goes on with removals that were cut short. */
export async function resumeRemovals(shelf: S3Shelf): Promise<void> {
  const { bucket, layout } = shelf
  for await (const { key } of bucket.list(layout.removals)) {
    const bytes = await bucket.get(key)
    if (!bytes) continue
    const removal: Removal = JSON.parse(bytes.toString('utf8'))
    await removeFile(shelf, removal)
  }
}
