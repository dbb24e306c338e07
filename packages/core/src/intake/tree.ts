import type { EntrySource, HandleSource } from './sources.ts'

/** A file that is still to be opened. */
export interface Leaf {
  readonly name: string
  open(): Promise<Blob>
}

/** A folder whose content comes in batches. */
export interface Folder {
  readonly name: string
  list(): AsyncIterable<readonly TreeNode[]>
}

/** A file or folder, wherever it comes from. */
export type TreeNode = Leaf | Folder

/** An entry of a drop (File and Directory Entries API) as a tree. */
export function entryTree(entry: EntrySource): TreeNode {
  const { name } = entry
  return entry.isDirectory
    ? { name, list: () => entryBatches(entry) }
    : { name, open: () => new Promise((resolve, reject) => entry.file(resolve, reject)) }
}

/** A handle (File System API) as a tree. */
export function handleTree(handle: HandleSource): TreeNode {
  const { name } = handle
  return handle.kind === 'directory'
    ? { name, list: () => handleBatches(handle) }
    : { name, open: () => handle.getFile() }
}

/** Chromium hands out at most 100 entries a call; an empty batch is the end. */
async function* entryBatches(entry: EntrySource & { isDirectory: true }): AsyncGenerator<TreeNode[]> {
  const reader = entry.createReader()
  for (;;) {
    const batch = await new Promise<readonly EntrySource[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    )
    if (batch.length === 0) return
    yield batch.map(entryTree)
  }
}

/** A hundred at a time, so that their files are opened together. */
async function* handleBatches(handle: HandleSource & { kind: 'directory' }): AsyncGenerator<TreeNode[]> {
  let batch: TreeNode[] = []
  try {
    for await (const inside of handle.values()) {
      if (batch.push(handleTree(inside)) < 100) continue
      yield batch
      batch = []
    }
  } catch (error) {
    // What was found before the listing broke off is not lost with it.
    yield batch
    throw error
  }
  yield batch
}
