import type { Candidate } from '../api/hooks.ts'
import type { NamedFile } from '../api/uploader.ts'

/**
 * One file on its way in.
 *
 * Size and modification time are read when first wanted and kept: in Chromium each read of a picked file asks the disk.
 */
export class CapturedFile implements Candidate {
  readonly file: Blob
  readonly name: string
  readonly path?: string
  #size: number | undefined
  #lastModified: number | undefined

  constructor({ file, name, path }: NamedFile) {
    const { name: ownName, webkitRelativePath } = file as Partial<File>
    this.file = file
    this.name = name ?? (ownName || 'blob')
    const ownPath = path ?? webkitRelativePath
    if (ownPath) this.path = ownPath
  }

  get type(): string {
    return this.file.type
  }

  get size(): number {
    this.#size ??= this.file.size
    return this.#size
  }

  /** Milliseconds since the epoch; absent for a blob that is no file. */
  get lastModified(): number | undefined {
    this.#lastModified ??= (this.file as Partial<File>).lastModified
    return this.#lastModified
  }
}
