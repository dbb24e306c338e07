import { isSameIdentity } from '../chunk-ledger.ts'
import { chunkLength, planChunks } from '../chunk-plan.ts'
import type { FileRecord, OwnedFile } from '../storage.ts'
import { copyObject } from './copy-object.ts'
import { inParallel } from './in-parallel.ts'
import { idIn } from './s3-layout.ts'
import type { S3File } from './s3-records.ts'
import type { S3Shelf } from './s3-shelf.ts'

/** Publishes a file of the content of another one, which the store copies: no byte comes through here. */
export async function copyFile(shelf: S3Shelf, file: OwnedFile): Promise<FileRecord | undefined> {
  const { bucket, layout } = shelf
  const { owner, digest } = file
  const holders = layout.holders(owner, digest)
  // The first one will do, unless that is gone.
  for await (const { key } of bucket.list(holders, { pageSize: 10 })) {
    const id = idIn(key, holders)
    if (id === undefined) continue
    const source = await shelf.file(id)
    if (source?.owner === owner && isSameIdentity(source.digest, digest)) {
      if (await copyContent(shelf, source, file.id))
        return shelf.publish({ ...file, content: source.content })
      await shelf.clear([layout.content(file.id)])
    } else await bucket.delete([key])
  }
  return undefined
}

/** False if some of it has been removed meanwhile. What a failure leaves behind a sweep finds, as no file has it. */
async function copyContent(shelf: S3Shelf, source: S3File, id: string): Promise<boolean> {
  const { bucket, layout } = shelf
  const { content, size, chunkSizeBytes } = source
  if (content.kind === 'object') return copyObject(bucket, layout.object(source.id), layout.object(id), size)
  const plan = planChunks(size, chunkSizeBytes)
  let isThere = true
  await inParallel([...content.names.entries()], async ([index, name]) => {
    if (!isThere) return
    const length = chunkLength(plan, index)
    const [from, to] = [layout.content(source.id) + name, layout.content(id) + name]
    if (!(await copyObject(bucket, from, to, length))) isThere = false
  })
  return isThere
}
