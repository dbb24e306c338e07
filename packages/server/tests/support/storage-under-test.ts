import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { diskStorage, type UploadServerOptions } from '../../src/index.ts'

/** A storage that the tests of the protocol run on. */
export interface StorageUnderTest {
  /** Where a storage can be; everything there is gone after the test. */
  newPlace(): Promise<string>
  /** What is there; called again it is as after a restart. */
  open(place: string): UploadServerOptions['storage']
  /** What there is besides what is always there and what is remembered of what is gone. */
  left(place: string): Promise<string[]>
  /** The ids of the uploads that are open there, or of the files. */
  ids(place: string, which: 'open' | 'files'): Promise<string[]>
  /** How many chunks of an open upload have landed, if none was replaced. */
  landed(place: string, id: string): Promise<number>
}

/** The local disk. */
export const onDisk: StorageUnderTest = {
  newPlace: async () => {
    const dir = await mkdtemp(join(tmpdir(), 'lading-server-'))
    onTestFinished(() => rm(dir, { recursive: true, force: true }))
    return dir
  },
  open: (place) => diskStorage(place),
  ids: async (place, which) => (await readdir(join(place, which))).sort(),
  landed: async (place, id) =>
    (await readFile(join(place, 'open', id, 'journal'), 'utf8')).split('"land"').length - 1,
  left: async (place) => {
    const names = await readdir(place, { recursive: true })
    return names
      .filter((name) => !name.startsWith('lock') && !['contents', 'files', 'open', 'trash'].includes(name))
      .sort()
  },
}
