import { asksFirst } from './planning.ts'
import type { Run } from './run.ts'

/** Names the content before anything is asked or sent. */
export async function hash(run: Run): Promise<void> {
  const { m, journey, signal } = run
  const { digests } = journey
  if (digests) {
    await digests.wantAll(signal)
    journey.identity = await digests.identity()
  }
  run.tell({ type: 'hashed', next: asksFirst(m) ? 'checking' : 'uploading' })
}
