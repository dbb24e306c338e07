import { onTestFinished } from 'vitest'
import { dropBucket, makeBucket } from './store.ts'

/** A bucket of its own, for as long as the test runs. */
export async function newBucket(): Promise<string> {
  const bucket = await makeBucket()
  // A part that was cut off may land in the middle of it; that is not what is tested.
  onTestFinished(() => dropBucket(bucket).catch(() => undefined))
  return bucket
}
