import type { DiskFile, DiskFs } from '../../src/disk/disk-fs.ts'

/** Calls that change something, in the words of `DiskFs`; `call` is also told the path. */
export type DiskCall =
  | 'mkdir'
  | 'create'
  | 'rename'
  | 'link'
  | 'unlink'
  | 'removeTree'
  | 'syncDir'
  | 'pwrite'
  | 'truncate'
  | 'fdatasync'

type Change = { readonly at: number; readonly bytes: Uint8Array } | { readonly length: number }

class FileNode {
  durable: Uint8Array = new Uint8Array()
  current: Uint8Array = new Uint8Array()
  changes: Change[] = []
}

class FolderNode {
  readonly durable = new Map<string, Node>()
  readonly current = new Map<string, Node>()
}

type Node = FileNode | FolderNode

/** One thing that happened to names; a rename is one thing that happened to two. */
interface NameChange {
  readonly touches: readonly {
    readonly folder: FolderNode
    readonly name: string
    readonly node: Node | null
  }[]
}

/** Which of the things that were not synced survive a crash. */
export type Survival = (what: 'name' | 'bytes') => number

/** Nothing survives that was not synced. */
export const survivesNothing: Survival = () => 0
/** All survives, synced or not. */
export const survivesAll: Survival = () => 1

/** Some things survive, some do not, and some in part: told by a seed. */
export function survivesSome(seed: number): Survival {
  let state = seed * 2654435761 + 1
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 3266489917) >>> 0
    const roll = state / 2 ** 32
    return roll < 0.4 ? 0 : roll < 0.75 ? 1 : (roll - 0.75) * 4
  }
}

/**
 * A disk in memory that forgets what was not synced when its power is cut: bytes one write at a time or torn, names
 * one change at a time, in any order that the same name allows.
 */
export class ForgetfulDisk implements DiskFs {
  #root: FolderNode
  #nameChanges: NameChange[] = []
  #isCut = false
  #announceCut: () => void = () => undefined
  /** Resolves when the power is cut. */
  readonly cut: Promise<void>
  /** How many calls that change something there have been. */
  calls = 0
  /** The power is cut in the middle of this call. */
  cutAt = Number.POSITIVE_INFINITY
  /** Makes a call fail; it then changes nothing. */
  fail: (call: DiskCall, path: string) => Error | undefined = () => undefined

  constructor(root: FolderNode = new FolderNode()) {
    this.#root = root
    this.cut = new Promise((resolve) => {
      this.#announceCut = resolve
    })
  }

  async mkdir(path: string): Promise<void> {
    if (this.#find(path)) return
    await this.#change('mkdir', path, () => {
      let folder = this.#root
      for (const name of split(path)) {
        const next = folder.current.get(name) ?? new FolderNode()
        if (next instanceof FileNode) throw failure('ENOTDIR', path)
        if (!folder.current.has(name)) this.#rename([{ folder, name, node: next }])
        folder = next
      }
    })
  }

  async readdir(path: string): Promise<string[]> {
    await this.#alive()
    return [...this.#folder(path).current.keys()].sort()
  }

  async open(path: string, mode: 'create' | 'update' | 'read'): Promise<DiskFile> {
    if (mode === 'create') {
      await this.#change('create', path, () => {
        const { folder, name } = this.#place(path)
        if (folder.current.has(name)) throw failure('EEXIST', path)
        this.#rename([{ folder, name, node: new FileNode() }])
      })
    } else await this.#alive()
    const node = this.#find(path)
    if (!node) throw failure('ENOENT', path)
    if (node instanceof FolderNode) throw failure('EISDIR', path)
    return this.#handle(node, path)
  }

  rename(from: string, to: string): Promise<void> {
    return this.#change('rename', from, () => {
      const [source, target] = [this.#place(from), this.#place(to)]
      const node = source.folder.current.get(source.name)
      if (!node) throw failure('ENOENT', from)
      if (target.folder.current.has(target.name)) throw failure('ENOTEMPTY', to)
      this.#rename([
        { ...source, node: null },
        { ...target, node },
      ])
    })
  }

  link(from: string, to: string): Promise<void> {
    return this.#change('link', to, () => {
      const node = this.#find(from)
      if (!node) throw failure('ENOENT', from)
      const target = this.#place(to)
      if (target.folder.current.has(target.name)) throw failure('EEXIST', to)
      this.#rename([{ ...target, node }])
    })
  }

  unlink(path: string): Promise<void> {
    return this.#change('unlink', path, () => {
      const place = this.#place(path)
      if (!place.folder.current.has(place.name)) throw failure('ENOENT', path)
      this.#rename([{ ...place, node: null }])
    })
  }

  removeTree(path: string): Promise<void> {
    return this.#change('removeTree', path, () => {
      const node = this.#find(path)
      if (node instanceof FolderNode) this.#empty(node)
      if (node) this.#rename([{ ...this.#place(path), node: null }])
    })
  }

  syncDir(path: string): Promise<void> {
    return this.#change('syncDir', path, () => {
      const folder = this.#folder(path)
      const wanted = this.#nameChanges.filter(({ touches }) =>
        touches.some((touch) => touch.folder === folder),
      )
      for (const change of wanted) this.#persist(change)
    })
  }

  async lock(): Promise<() => Promise<void>> {
    await this.#alive()
    return async () => undefined
  }

  /** What is left when the power is back. */
  afterCrash(survival: Survival): ForgetfulDisk {
    this.#isCut = true
    for (const change of [...this.#nameChanges]) if (survival('name') >= 0.5) this.#persist(change)
    return new ForgetfulDisk(survivor(this.#root, survival))
  }

  /** The bytes of a file as they are now; undefined without one. */
  peek(path: string): Uint8Array | undefined {
    const node = this.#find(path)
    return node instanceof FileNode ? node.current : undefined
  }

  /** The paths of all files and of all folders that are empty. */
  list(path = '/'): string[] {
    const node = this.#find(path)
    if (!(node instanceof FolderNode)) return node ? [path] : []
    if (node.current.size === 0) return [`${path}/`]
    const base = path === '/' ? '' : path
    return [...node.current.keys()].sort().flatMap((name) => this.list(`${base}/${name}`))
  }

  #handle(node: FileNode, path: string): DiskFile {
    return {
      pwrite: (pieces, at) =>
        this.#change('pwrite', path, () => {
          const bytes = Buffer.concat(pieces)
          node.changes.push({ at, bytes })
          node.current = apply(node.current, { at, bytes })
        }),
      pread: async (into, at) => {
        await this.#alive()
        const bytes = node.current.subarray(at, at + into.byteLength)
        into.set(bytes)
        return bytes.byteLength
      },
      size: async () => {
        await this.#alive()
        return node.current.byteLength
      },
      truncate: (length) =>
        this.#change('truncate', path, () => {
          node.changes.push({ length })
          node.current = apply(node.current, { length })
        }),
      fdatasync: () =>
        this.#change('fdatasync', path, () => {
          node.durable = node.current
          node.changes = []
        }),
      close: () => this.#alive(),
    }
  }

  async #change(call: DiskCall, path: string, change: () => void): Promise<void> {
    await this.#alive()
    this.calls += 1
    const error = this.fail(call, path)
    if (error) throw error
    // A call that the power was cut in may have done its work, or not: a sync has not.
    if (this.calls >= this.cutAt) {
      if (call !== 'syncDir' && call !== 'fdatasync') change()
      this.#isCut = true
      this.#announceCut()
      await this.#alive()
    }
    change()
  }

  /** After the cut nothing ever returns. */
  async #alive(): Promise<void> {
    if (this.#isCut) await new Promise(() => undefined)
  }

  #rename(touches: NameChange['touches']): void {
    for (const { folder, name, node } of touches) {
      if (node) folder.current.set(name, node)
      else folder.current.delete(name)
    }
    this.#nameChanges.push({ touches })
  }

  #empty(folder: FolderNode): void {
    for (const [name, node] of [...folder.current]) {
      if (node instanceof FolderNode) this.#empty(node)
      this.#rename([{ folder, name, node: null }])
    }
  }

  /** A change of a name comes after the earlier changes of the same name. */
  #persist(change: NameChange): void {
    const place = this.#nameChanges.indexOf(change)
    if (place === -1) return
    for (const earlier of this.#nameChanges.slice(0, place)) {
      if (earlier.touches.some((one) => change.touches.some((two) => isSamePlace(one, two))))
        this.#persist(earlier)
    }
    for (const { folder, name, node } of change.touches) {
      if (node) folder.durable.set(name, node)
      else folder.durable.delete(name)
    }
    this.#nameChanges = this.#nameChanges.filter((one) => one !== change)
  }

  #find(path: string): Node | undefined {
    let node: Node | undefined = this.#root
    for (const name of split(path)) node = node instanceof FolderNode ? node.current.get(name) : undefined
    return node
  }

  #folder(path: string): FolderNode {
    const node = this.#find(path)
    if (!node) throw failure('ENOENT', path)
    if (node instanceof FileNode) throw failure('ENOTDIR', path)
    return node
  }

  #place(path: string): { folder: FolderNode; name: string } {
    const names = split(path)
    const name = names.pop() ?? ''
    return { folder: this.#folder(`/${names.join('/')}`), name }
  }
}

/** An error as Node's file system has it. */
export function failure(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code })
}

function isSamePlace(
  a: { readonly folder: FolderNode; readonly name: string },
  b: { readonly folder: FolderNode; readonly name: string },
): boolean {
  return a.folder === b.folder && a.name === b.name
}

function split(path: string): string[] {
  return path.split('/').filter((name) => name !== '')
}

function apply(bytes: Uint8Array, change: Change): Uint8Array {
  if ('length' in change) return bytes.slice(0, change.length)
  const result = new Uint8Array(Math.max(bytes.byteLength, change.at + change.bytes.byteLength))
  result.set(bytes)
  result.set(change.bytes, change.at)
  return result
}

function survivor(folder: FolderNode, survival: Survival): FolderNode {
  const copy = new FolderNode()
  for (const [name, node] of folder.durable) {
    const left = node instanceof FolderNode ? survivor(node, survival) : survivingFile(node, survival)
    copy.durable.set(name, left)
    copy.current.set(name, left)
  }
  return copy
}

function survivingFile(node: FileNode, survival: Survival): FileNode {
  const copy = new FileNode()
  copy.durable = node.durable
  for (const change of node.changes) {
    const part = survival('bytes')
    if (part === 0) continue
    if ('length' in change) copy.durable = apply(copy.durable, change)
    else {
      const bytes = change.bytes.subarray(0, Math.ceil(change.bytes.byteLength * part))
      copy.durable = apply(copy.durable, { at: change.at, bytes })
    }
  }
  copy.current = copy.durable
  return copy
}
