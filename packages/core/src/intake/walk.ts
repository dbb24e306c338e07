import type { Rejection, RejectionCode } from '../api/rejection.ts'
import { CapturedFile } from './captured-file.ts'
import { isHidden } from './hidden.ts'
import type { Folder, Leaf, TreeNode } from './tree.ts'

/** A file that came in, or why one could not. */
export type Captured = CapturedFile | Rejection

/** The rejection of something that never was a file in hand. */
export function rejected(name: string, path: string | undefined, code: RejectionCode): Rejection {
  return { name, ...(path !== undefined && { path }), reasons: [{ code }] }
}

/**
 * Every file of a tree, a folder's own files before those of its folders; hidden ones are left out.
 *
 * What cannot be read becomes a rejection and the rest goes on. Keeps its own stack, so depth is of no matter.
 */
export async function* walk(root: TreeNode): AsyncGenerator<Captured> {
  if ('open' in root) {
    yield await openLeaf(root)
    return
  }
  const stack: { folder: Folder; path: string }[] = [{ folder: root, path: root.name }]
  for (let next = stack.pop(); next; next = stack.pop()) {
    const { folder, path } = next
    const inside: Folder[] = []
    try {
      for await (const batch of folder.list()) {
        yield* await Promise.all(openFiles(batch, path, inside))
      }
    } catch {
      yield rejected(folder.name, path, 'unreadable')
    }
    for (const sub of inside.reverse()) stack.push({ folder: sub, path: join(path, sub.name) })
  }
}

/** Opens the files of one batch and sets its folders aside. */
function openFiles(batch: readonly TreeNode[], path: string, folders: Folder[]): Promise<Captured>[] {
  const opened: Promise<Captured>[] = []
  for (const node of batch) {
    if (isHidden(`/${node.name}`)) continue
    if ('open' in node) opened.push(openLeaf(node, join(path, node.name)))
    else folders.push(node)
  }
  return opened
}

async function openLeaf(leaf: Leaf, path?: string): Promise<Captured> {
  try {
    return new CapturedFile({ file: await leaf.open(), name: leaf.name, ...(path !== undefined && { path }) })
  } catch {
    return rejected(leaf.name, path, 'unreadable')
  }
}

/** The root of an origin's private file system has no name. */
function join(folder: string, name: string): string {
  return folder ? `${folder}/${name}` : name
}
