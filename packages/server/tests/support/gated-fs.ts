import type { DiskFs } from '../../src/disk/disk-fs.ts'
import { nodeDiskFs } from '../../src/disk/node-disk-fs.ts'

/** The real file system, but what is written to the data of uploads waits; `writes` is told of each write that began. */
export function gatedFs(gate: Promise<void>, writes: (position: number) => void = () => undefined): DiskFs {
  return {
    ...nodeDiskFs,
    open: async (path, mode) => {
      const file = await nodeDiskFs.open(path, mode)
      return {
        pwrite: async (pieces, position) => {
          if (path.endsWith('data')) {
            writes(position)
            await gate
          }
          await file.pwrite(pieces, position)
        },
        pread: (into, position) => file.pread(into, position),
        size: () => file.size(),
        truncate: (length) => file.truncate(length),
        fdatasync: () => file.fdatasync(),
        close: () => file.close(),
      }
    },
  }
}

/** A promise, and the function that resolves it. */
export function newGate(): { gate: Promise<void>; open: () => void } {
  let open = (): void => undefined
  const gate = new Promise<void>((resolve) => {
    open = resolve
  })
  return { gate, open: () => open() }
}
