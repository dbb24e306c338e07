import type { DiskFile } from './disk-fs.ts'

/** The open files of one upload. */
export type Handles = Readonly<Record<'data' | 'journal', DiskFile>>

interface Entry {
  readonly handles: Promise<Handles>
  users: number
}

const MOST_IDLE = 64

/** Keeps the files of uploads open while they are in use and a little longer: open uploads are many, files few. */
export class HandlePool {
  readonly #entries = new Map<string, Entry>()

  /** Calls with the files of `key`, opening them if they are not. */
  async use<T>(
    key: string,
    open: () => Promise<Handles>,
    work: (handles: Handles) => Promise<T>,
  ): Promise<T> {
    const entry = this.#entries.get(key) ?? { handles: open(), users: 0 }
    entry.users += 1
    // Deleting first makes the map an order of last use.
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    try {
      return await work(await entry.handles)
    } catch (error) {
      // Files that could not be opened are tried again by the next one.
      if (this.#entries.get(key) === entry && !(await isOpen(entry))) this.#entries.delete(key)
      throw error
    } finally {
      entry.users -= 1
      await this.#closeIdle()
    }
  }

  /** Closes the files of `key`; nobody may be using them. */
  async close(key: string): Promise<void> {
    const entry = this.#entries.get(key)
    this.#entries.delete(key)
    if (entry) await closeAll(entry)
  }

  /** Closes everything; nobody may be using anything. */
  async closeAll(): Promise<void> {
    const entries = [...this.#entries.values()]
    this.#entries.clear()
    for (const entry of entries) await closeAll(entry)
  }

  async #closeIdle(): Promise<void> {
    if (this.#entries.size <= MOST_IDLE) return
    for (const [key, entry] of this.#entries) {
      if (this.#entries.size <= MOST_IDLE) return
      if (entry.users === 0) await this.close(key)
    }
  }
}

function isOpen(entry: Entry): Promise<boolean> {
  return entry.handles.then(
    () => true,
    () => false,
  )
}

async function closeAll(entry: Entry): Promise<void> {
  const handles = await entry.handles.catch(() => undefined)
  await handles?.data.close()
  await handles?.journal.close()
}
