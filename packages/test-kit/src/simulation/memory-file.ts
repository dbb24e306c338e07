/** How a file on disk went bad, in the names of the File API. */
export type FileFault = 'NotFoundError' | 'NotReadableError'

/** The disk under a file and its slices. */
interface Disk {
  readonly seed: number
  fault: FileFault | undefined
}

/**
 * A file whose bytes are computed when they are read, within one turn: any size, no waiting, and it can go bad.
 *
 * Files of one seed have the same bytes.
 */
export class MemoryFile extends File {
  readonly #disk: Disk
  readonly #size: number

  constructor(name: string, size: number, { seed = 1, lastModified = 0, type = '' }: MemoryFileOptions = {}) {
    super([], name, { lastModified, type })
    this.#disk = { seed, fault: undefined }
    this.#size = size
  }

  override get size(): number {
    return this.#size
  }

  /** Every read fails from now on, that of slices too. */
  spoil(fault: FileFault): void {
    this.#disk.fault = fault
  }

  override slice(start = 0, end: number = this.#size, type = ''): Blob {
    return new MemorySlice(this.#disk, start, Math.min(end, this.#size), type)
  }

  override arrayBuffer(): Promise<ArrayBuffer> {
    return this.slice().arrayBuffer()
  }
}

/** What a {@link MemoryFile} is made of. */
export interface MemoryFileOptions {
  readonly seed?: number
  readonly lastModified?: number
  readonly type?: string
}

class MemorySlice extends Blob {
  readonly #disk: Disk
  readonly #start: number
  readonly #end: number

  constructor(disk: Disk, start: number, end: number, type: string) {
    super([], { type })
    this.#disk = disk
    this.#start = start
    this.#end = Math.max(start, end)
  }

  override get size(): number {
    return this.#end - this.#start
  }

  override slice(start = 0, end: number = this.size, type = ''): Blob {
    return new MemorySlice(this.#disk, this.#start + start, Math.min(this.#start + end, this.#end), type)
  }

  override async arrayBuffer(): Promise<ArrayBuffer> {
    const { seed, fault } = this.#disk
    if (fault) throw new DOMException('The file went bad', fault)
    return contentOf(seed, this.#start, this.#end).buffer
  }
}

/** The bytes of every file of a seed, in a range. */
export function contentOf(seed: number, start: number, end: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(end - start)
  for (let at = 0; at < bytes.length; at++) bytes[at] = Math.imul(seed + at + start, 2654435761) >>> 13
  return bytes
}
