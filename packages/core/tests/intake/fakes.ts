import type {
  DirectoryEntrySource,
  EntrySource,
  FileEntrySource,
  ItemSource,
} from '../../src/intake/sources.ts'

/** A file entry as a drop brings it; `broken` fails to open. */
export function fileEntry(name: string, content = name, broken = false): FileEntrySource {
  return {
    isDirectory: false,
    name,
    file: (taken, failed) =>
      queueMicrotask(() => (broken ? failed(new Error('NotReadable')) : taken(new File([content], name)))),
  }
}

/** A directory entry that hands out its content in batches of at most `batch`, then `failsAfter` batches breaks. */
export function directoryEntry(
  name: string,
  inside: readonly EntrySource[],
  { batch = 100, failsAfter = Number.POSITIVE_INFINITY } = {},
): DirectoryEntrySource {
  return {
    isDirectory: true,
    name,
    createReader: () => {
      let at = 0
      let batches = 0
      return {
        readEntries: (taken, failed) => {
          queueMicrotask(() => {
            if (batches++ >= failsAfter) return failed(new Error('NotReadable'))
            taken(inside.slice(at, at + batch))
            at += batch
          })
        },
      }
    },
  }
}

/** A drop whose items are gone when its event is over, as in a browser. */
export function drop(items: readonly ItemSource[]): { transfer: DataTransfer; end(): void } {
  const live = [...items]
  const transfer = { items: live, files: [], types: ['Files'] } as never
  return { transfer, end: () => live.splice(0) }
}

/** An item of a drop with an entry, and a file in hand where the entry is a file. */
export function entryItem(entry: EntrySource, file: File | null = null): ItemSource {
  return { kind: 'file', getAsFile: () => file, webkitGetAsEntry: () => entry }
}

/** A directory handle over its content; `broken` stops its listing after everything in it. */
export function directoryHandle(name: string, inside: readonly unknown[], broken = false): FileSystemHandle {
  const handle = {
    kind: 'directory',
    name,
    async *values() {
      yield* inside
      if (broken) throw new Error('NotReadable')
    },
    // The real one iterates over pairs: it must not be taken for an asynchronous list.
    async *[Symbol.asyncIterator]() {
      yield ['pair', {}]
    },
  }
  return handle as never
}

/** A file handle; `broken` fails to open. */
export function fileHandle(name: string, content = name, broken = false): FileSystemHandle {
  const handle = {
    kind: 'file',
    name,
    getFile: async () => {
      if (broken) throw new Error('NotAllowed')
      return new File([content], name)
    },
  }
  return handle as never
}
