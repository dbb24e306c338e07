import { problem } from '../problem.ts'
import { StorageUnavailable } from '../shared-storage.ts'
import type { WireRuns } from '../wire.ts'
import type { Placed } from './append-log.ts'
import type { FateEntry, S3File, S3Record } from './s3-records.ts'
import type { S3Shelf } from './s3-shelf.ts'

type Seal = Extract<FateEntry, { readonly do: 'seal' }>

const MOST_LOOKS = 20
const LOOK_MS = 250

/**
 * Completes an upload that is sealed. Whoever finds one does it, and any number may at once: each step can be repeated.
 * Rejects with `incomplete` if the parts in the store are not those that were acknowledged; it is open again then.
 */
export async function finishUpload(
  shelf: S3Shelf,
  stored: S3Record,
  { place, entry: { file, parts } }: Placed<Seal>,
): Promise<S3File> {
  const { bucket, layout } = shelf
  const { id } = file
  if (parts && stored.uploadId !== undefined) {
    const outcome = await bucket.joinParts(layout.object(id), stored.uploadId, parts)
    if (outcome === 'other-parts') throw await reopen(shelf, stored, place, parts)
    if (outcome === 'too-small') throw await refuseSmallParts(shelf, file, place)
    if (outcome === 'gone') await assertJoined(shelf, stored, file, place)
  }
  const published = await shelf.publish(file)
  shelf.later(() => clearUpload(shelf, stored))
  return published
}

/** Removes what was kept of an upload that has become a file. */
export async function clearUpload(shelf: S3Shelf, { record: { id, owner } }: S3Record): Promise<void> {
  const { bucket, layout } = shelf
  // The record first and the fate last, so that nobody who finds the record takes the upload for an open one.
  await bucket.delete([layout.openMark(owner, id), layout.record(id)])
  await shelf.clear([layout.upload(id)], (key) => key.startsWith(layout.fate(id)))
  await shelf.clear([layout.fate(id)])
}

/** Un-lands the chunks whose parts are others than those that were acknowledged: they have to be sent again. */
async function reopen(
  shelf: S3Shelf,
  { record: { id }, uploadId = '' }: S3Record,
  place: number,
  parts: NonNullable<Seal['parts']>,
): Promise<Error> {
  const etags = await shelf.bucket.parts(shelf.layout.object(id), uploadId)
  const missing: [number, number][] = []
  for (const [index, { etag }] of parts.entries()) {
    if (sameTag(etags.get(index + 1), etag)) continue
    const log = shelf.chunkOf(id, index)
    const last = await log.last()
    if (last?.entry.do === 'land')
      await log.append(last.place, { do: 'unland', at: shelf.around.clock.now() })
    missing.push([index, 1])
  }
  await shelf.fateOf(id).append(place, { do: 'unseal' })
  const joined: WireRuns = missing
  return problem('incomplete', { missing: joined })
}

async function refuseSmallParts(
  shelf: S3Shelf,
  { id, chunkSizeBytes }: S3File,
  place: number,
): Promise<Error> {
  await shelf.fateOf(id).append(place, { do: 'unseal' })
  const message = `S3 refuses parts of ${chunkSizeBytes} bytes: set \`minPartSizeBytes\` of s3Storage() to what it takes`
  return new Error(message)
}

/** There is nothing to join: it has been joined, or is being joined just now. */
async function assertJoined(
  shelf: S3Shelf,
  { uploadId = '' }: S3Record,
  { id, size, owner }: S3File,
  place: number,
): Promise<void> {
  const { bucket, layout, around } = shelf
  for (let look = 0; look < MOST_LOOKS; look += 1) {
    // In this order: parts that are gone by now may have become the object since we looked for that.
    const { size: left } = await bucket.parts(layout.object(id), uploadId)
    if ((await bucket.size(layout.object(id))) === size) return
    if (left === 0) {
      // A rule of the bucket has dropped them. There is nothing to go on with.
      const end = { do: 'end', reason: 'upload-expired', at: around.clock.now() } as const
      await shelf.fateOf(id).append(place, owner === undefined ? end : { ...end, owner })
      throw problem('upload-expired')
    }
    await new Promise<void>((resolve) => {
      around.clock.setTimeout(resolve, LOOK_MS)
    })
  }
  throw new StorageUnavailable(`S3 is still joining the parts of ${id}`)
}

/** Some answers have the quotes of an ETag and some do not. */
function sameTag(a: string | undefined, b: string): boolean {
  return a?.replaceAll('"', '') === b.replaceAll('"', '')
}
