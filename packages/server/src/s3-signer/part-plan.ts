import { signerProblem } from './signer-problem.ts'

const mebibyte = 1024 ** 2
const leastPartBytes = 5 * mebibyte
const mostPartBytes = 5 * 1024 * mebibyte
const mostParts = 10_000

/** How a file is cut. */
export interface PartPlan {
  readonly size: number
  readonly chunkSizeBytes: number
  readonly count: number
}

/** Throws where S3 would not take such parts. One part is one PUT, of any size up to 5 GiB. */
export function assertPlan({ size, chunkSizeBytes, count }: PartPlan): void {
  const isCutRight = count === Math.max(1, Math.ceil(size / chunkSizeBytes)) && count <= mostParts
  const isInBounds = count === 1 ? size <= mostPartBytes : chunkSizeBytes >= leastPartBytes
  if (!isCutRight || !isInBounds || (count > 1 && chunkSizeBytes > mostPartBytes)) {
    throw signerProblem('invalid-plan')
  }
}

/** How long a part is, counted from 1; undefined where the file has no such part. */
export function partSize({ size, chunkSizeBytes, count }: PartPlan, number: number): number | undefined {
  if (number > count) return undefined
  return number < count ? chunkSizeBytes : size - (count - 1) * chunkSizeBytes
}
