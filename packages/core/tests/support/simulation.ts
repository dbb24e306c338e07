import {
  MemoryFile,
  type PlainResult,
  type Simulation,
  type SimulationOptions,
  simulation,
} from '../../../test-kit/src/index.ts'
import type { Upload, Uploader, UploadStatus } from '../../src/index.ts'

export * from '../../../test-kit/src/index.ts'

/** Adds one file and gives its handle, without waiting. */
export function addFile(
  uploader: Uploader<PlainResult>,
  file: Blob = new MemoryFile('one.bin', 30),
): Upload<PlainResult> {
  void uploader.add(file)
  const upload = uploader.get(uploader.store.get().ids.at(-1) ?? '')
  if (!upload) throw new Error('The file was not added')
  return upload
}

/** Every status that is entered from now on, in order. */
export function statusesOf(uploader: Uploader<PlainResult>): UploadStatus[] {
  const seen: UploadStatus[] = []
  uploader.on('status', ({ status }) => void seen.push(status))
  return seen
}

/** An uploader with one file of three chunks whose requests wait for the test. */
export function heldUpload(
  options: SimulationOptions = {},
  file: Blob = new MemoryFile('one.bin', 30),
): Simulation & { upload: Upload<PlainResult> } {
  const world = simulation(options)
  world.network.policy = () => {}
  return { ...world, upload: addFile(world.uploader, file) }
}
