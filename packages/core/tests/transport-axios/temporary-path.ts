import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A path for a file that is gone when the test is over. */
export async function temporaryPath(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lading-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return join(folder, 'file')
}
