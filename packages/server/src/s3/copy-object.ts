import { inParallel } from './in-parallel.ts'
import type { S3Bucket } from './s3-bucket.ts'

// S3 copies no more in one request.
const MOST_AT_ONCE = 5 * 1024 ** 3

/** Copies an object within the store, a large one in parts; false if it is not there. */
export async function copyObject(
  bucket: S3Bucket,
  from: string,
  to: string,
  size: number,
  mostAtOnce: number = MOST_AT_ONCE,
): Promise<boolean> {
  if (size <= mostAtOnce) return bucket.copy(from, to, size)
  const uploadId = await bucket.beginParts(to, 'copied')
  try {
    const etags = await copyParts(bucket, from, { key: to, uploadId }, size, mostAtOnce)
    const outcome = etags ? await bucket.joinParts(to, uploadId, etags) : undefined
    if (outcome === undefined) await bucket.abortParts(to, uploadId)
    else if (outcome !== 'joined') throw new Error(`S3 did not join the parts of a copy: ${outcome}`)
    return outcome === 'joined'
  } catch (error) {
    await bucket.abortParts(to, uploadId).catch(() => undefined)
    throw error
  }
}

async function copyParts(
  bucket: S3Bucket,
  from: string,
  to: { readonly key: string; readonly uploadId: string },
  size: number,
  mostAtOnce: number,
): Promise<{ readonly etag: string }[] | undefined> {
  const starts = Array.from({ length: Math.ceil(size / mostAtOnce) }, (_, index) => index * mostAtOnce)
  const etags = new Map<number, string>()
  await inParallel(starts, async (start) => {
    const end = Math.min(start + mostAtOnce, size)
    const etag = await bucket.copyPart(from, { start, end }, { ...to, number: start / mostAtOnce + 1 })
    if (etag !== undefined) etags.set(start, etag)
  })
  if (etags.size < starts.length) return undefined
  return starts.map((start) => ({ etag: etags.get(start) ?? '' }))
}
