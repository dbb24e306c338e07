import type { Machinery, Run } from './machinery.ts'
import { asksFirst } from './stage-prepare.ts'

/** Names the content before anything is asked or sent. */
export async function hash(m: Machinery, { journey, run, signal }: Run): Promise<void> {
  const { digests } = journey
  if (digests) {
    await digests.wantAll(signal)
    journey.identity = await digests.identity()
  }
  m.dispatch(journey, { type: 'hashed', run, next: asksFirst(m) ? 'checking' : 'uploading' })
}
