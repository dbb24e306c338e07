import type { AddInput, NamedFile } from '../api/uploader.ts'
import { misuse } from '../errors/misuse.ts'
import { CapturedFile } from './captured-file.ts'
import { isHidden } from './hidden.ts'
import {
  type ItemSource,
  isAsyncIterable,
  isBlob,
  isEntry,
  isFileList,
  isHandle,
  isItem,
  isList,
  isNamedFile,
  isTransfer,
  type TransferSource,
} from './sources.ts'
import { entryTree, handleTree, type TreeNode } from './tree.ts'
import { type Captured, rejected, walk } from './walk.ts'

/** What one `add` brings, for one reader: first all of `ready`, then `rest`. */
export interface Intake {
  /** The files that are in hand. Nothing is read before its turn, so a slice of any length may be taken. */
  readonly ready: Iterable<CapturedFile>
  /**
   * What has to be opened first: folders, entries, handles, asynchronous lists. Throws only what an app's own
   * iterable throws, and a TypeError for a member that is no file.
   */
  readonly rest: AsyncIterable<Captured>
}

/** What was found in the input, in hand and to be opened. */
class Basket {
  readonly files: (Blob | NamedFile)[] = []
  readonly trees: TreeNode[] = []
  /** Whether the browser may have handed out folders that look like files. */
  mayHoldFolders = false
  /** Files that may be such a folder, and are tried before they are taken. */
  readonly doubtful: CapturedFile[] = []
}

/**
 * Takes everything out of what was given to `add`, at once: a drop's items are empty when its event is over, and a file
 * list is when its input is reset.
 *
 * Throws a TypeError for what is no file. Hidden files are left out of folders, see {@link isHidden}.
 */
export function capture(input: AddInput): Intake {
  const basket = new Basket()
  const given: unknown = input
  if (isTransfer(given)) putTransfer(basket, given)
  else if (!put(basket, given)) {
    if (isAsyncIterable(given)) return { ready: [], rest: openEach(given) }
    if (!isList(given)) throw misuse('input', 'a file, or a list of files', given)
    putEach(basket, given)
  }
  return { ready: inHand(basket), rest: opened(basket) }
}

/** Puts one thing in, where it is one that is known. */
function put(basket: Basket, thing: unknown): boolean {
  if (isBlob(thing) || isNamedFile(thing)) basket.files.push(thing)
  else if (isHandle(thing)) basket.trees.push(handleTree(thing))
  else if (isItem(thing)) putItem(basket, thing)
  else if (isEntry(thing)) basket.trees.push(entryTree(thing))
  else return false
  return true
}

function putMember(basket: Basket, member: unknown, index: number): void {
  if (!put(basket, member)) throw misuse(`input[${index}]`, 'a file', member)
}

function putEach(basket: Basket, list: Iterable<unknown> | ArrayLike<unknown>): void {
  basket.mayHoldFolders = isFileList(list)
  let index = 0
  for (const member of Array.from<unknown>(list)) putMember(basket, member, index++)
}

/** An item's file where it has one in hand; its entry for a folder. */
function putItem(basket: Basket, item: ItemSource): void {
  if (item.kind !== 'file') return
  const entry = item.webkitGetAsEntry?.()
  const file = entry?.isDirectory ? null : item.getAsFile()
  if (file) basket.files.push(file)
  else if (entry) basket.trees.push(entryTree(entry))
}

function putTransfer(basket: Basket, { items, files }: TransferSource): void {
  const held = Array.from(items ?? []).filter((item) => item.kind === 'file')
  if (held.length === 0) {
    putEach(basket, files)
    return
  }
  for (const item of held) putItem(basket, item)
  basket.mayHoldFolders = held.some((item) => !item.webkitGetAsEntry)
}

function* inHand(basket: Basket): Generator<CapturedFile> {
  for (const source of basket.files) {
    const isNamed = 'file' in source
    const captured = new CapturedFile(isNamed ? source : { file: source })
    // What the app itself has named is taken as it is.
    if (!isNamed && captured.path && isHidden(captured.path)) continue
    if (basket.mayHoldFolders && mayBeFolder(captured)) basket.doubtful.push(captured)
    else yield captured
  }
}

/**
 * A folder dropped as a bare `File` has no type, and the size of its directory on disk: 0, or a multiple of a block
 * (of 32 on macOS).
 */
function mayBeFolder(file: CapturedFile): boolean {
  // The size comes last, and is not destructured: it is read for the few files that get this far.
  return file.type === '' && file.path === undefined && file.size % 32 === 0
}

async function* opened({ trees, doubtful }: Basket): AsyncGenerator<Captured> {
  for (const tree of trees) yield* walk(tree)
  for (const file of doubtful)
    yield (await isReadable(file)) ? file : rejected(file.name, undefined, 'folder')
}

async function* openEach(list: AsyncIterable<unknown>): AsyncGenerator<Captured> {
  let index = 0
  for await (const member of list) {
    const basket = new Basket()
    putMember(basket, member, index++)
    yield* inHand(basket)
    yield* opened(basket)
  }
}

async function isReadable({ file, size }: CapturedFile): Promise<boolean> {
  try {
    await (size === 0 ? file : file.slice(0, 1)).arrayBuffer()
    return true
  } catch {
    return false
  }
}
