import { type Plan, planChunks } from '@lading/core/engine'

const mebibyte = 1024 ** 2
/** S3's own limits; together they make objects of at most 48.8 TiB. */
const leastPartBytes = 5 * mebibyte
const mostPartBytes = 5 * 1024 * mebibyte
const mostParts = 10_000

/** How large parts are where nobody says so. */
const partBytes = 16 * mebibyte
/** Up to which size a file is one PUT where nobody says so. */
export const defaultSinglePutBytes: number = 16 * mebibyte

/**
 * Cuts a file as S3 takes it: one PUT up to `singlePutBytes`, else parts of the wanted size, made as large as 10,000 of
 * them need to be.
 *
 * Throws `UploadError` `unsupported` for what does not fit into 10,000 parts of 5 GiB.
 */
export function planParts(size: number, wantedBytes: number | undefined, singlePutBytes: number): Plan {
  if (size <= singlePutBytes) return { size, chunkSizeBytes: Math.max(1, size), count: 1 }
  // Not doubled, as other plans are: a part that is lost is sent again whole.
  const neededBytes = Math.ceil(size / mostParts / mebibyte) * mebibyte
  return planChunks(size, Math.max(wantedBytes ?? partBytes, neededBytes), {
    minChunkSizeBytes: leastPartBytes,
    maxChunkSizeBytes: mostPartBytes,
    maxChunks: mostParts,
  })
}

/** How long a part is, counted from 1; undefined where the file has no such part. */
export function partSize({ size, chunkSizeBytes, count }: Plan, number: number): number | undefined {
  if (!Number.isInteger(number) || number < 1 || number > count) return undefined
  return number < count ? chunkSizeBytes : size - (count - 1) * chunkSizeBytes
}
