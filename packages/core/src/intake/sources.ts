import type { NamedFile } from '../api/uploader.ts'

/** `FileSystemFileHandle`, as much of it as is used. */
interface FileHandleSource {
  readonly kind: 'file'
  readonly name: string
  getFile(): Promise<Blob>
}

/** `FileSystemDirectoryHandle`, as much of it as is used. */
interface DirectoryHandleSource {
  readonly kind: 'directory'
  readonly name: string
  values(): AsyncIterable<HandleSource>
}

export type HandleSource = FileHandleSource | DirectoryHandleSource

/** `FileSystemFileEntry`, as much of it as is used. */
export interface FileEntrySource {
  readonly isDirectory: false
  readonly name: string
  file(taken: (file: Blob) => void, failed: (error: unknown) => void): void
}

/** `FileSystemDirectoryEntry`, as much of it as is used. */
export interface DirectoryEntrySource {
  readonly isDirectory: true
  readonly name: string
  createReader(): {
    readEntries(taken: (entries: readonly EntrySource[]) => void, failed: (error: unknown) => void): void
  }
}

export type EntrySource = FileEntrySource | DirectoryEntrySource

/** `DataTransferItem`, as much of it as is used. */
export interface ItemSource {
  readonly kind: string
  getAsFile(): Blob | null
  webkitGetAsEntry?(): EntrySource | null
}

/** `DataTransfer`, as much of it as is used. */
export interface TransferSource {
  readonly items?: ArrayLike<ItemSource>
  readonly files: ArrayLike<Blob>
}

// Things are told by what they can do: a class may be missing here, or belong to another window.

/** A look at an unknown object's members; of anything else it finds none. */
function look(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
}

const has = (value: unknown, method: string): boolean => typeof look(value)[method] === 'function'

/** Asks for the presence of `size` only: reading it would ask the disk. */
export function isBlob(value: unknown): value is Blob {
  if (value instanceof Blob) return true
  return has(value, 'slice') && typeof look(value)['type'] === 'string' && 'size' in look(value)
}

const isText = (value: unknown): boolean => value === undefined || typeof value === 'string'

export function isNamedFile(value: unknown): value is NamedFile {
  const { file, name, path } = look(value)
  return isBlob(file) && isText(name) && isText(path)
}

export function isHandle(value: unknown): value is HandleSource {
  const { kind } = look(value)
  return (kind === 'file' && has(value, 'getFile')) || (kind === 'directory' && has(value, 'values'))
}

export function isEntry(value: unknown): value is EntrySource {
  return has(value, look(value)['isDirectory'] === true ? 'createReader' : 'file')
}

export function isItem(value: unknown): value is ItemSource {
  return has(value, 'getAsFile')
}

export function isTransfer(value: unknown): value is TransferSource {
  const transfer = look(value)
  return 'files' in transfer && ('items' in transfer || 'types' in transfer)
}

/** A `FileList`, by the method that arrays do not have. */
export function isFileList(value: unknown): boolean {
  return has(value, 'item')
}

export function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof (look(value) as Partial<AsyncIterable<unknown>>)[Symbol.asyncIterator] === 'function'
}

export function isList(value: unknown): value is Iterable<unknown> | ArrayLike<unknown> {
  const list = look(value) as Partial<Iterable<unknown>> & { readonly length?: unknown }
  return typeof list[Symbol.iterator] === 'function' || typeof list.length === 'number'
}
