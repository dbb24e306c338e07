import { createUploader, type Json, type Protocol } from '@lading/core'
import Uppy from '@uppy/core'
import { expose } from './calls.ts'
import { plainProtocol } from './plain-protocol.ts'
import { watchTasks } from './watch-tasks.ts'

/** Which files are added. */
export interface IntakeGiven {
  /** So many that the page makes; those of the folder input where absent. */
  readonly count?: number
  /** Whether uploads begin while others are still coming in. */
  readonly isAutoStarted?: boolean
}

/** What adding took. */
export interface IntakeTimes {
  readonly count: number
  readonly totalMs: number
  /** The longest the page could do nothing else. */
  readonly longestTaskMs: number
}

expose({ intake, intakeOfUppy })

/** Adds files as a page would, with a list of all of them on show. */
async function intake(given: IntakeGiven): Promise<IntakeTimes> {
  const files = given.count === undefined ? picked() : made(given.count)
  const uploader = createUploader({ protocol: neverAnswering(), autoStart: given.isAutoStarted ?? false })
  let listed = 0
  uploader.store.subscribe(({ ids }) => {
    listed = ids.length
  })
  collectGarbage()
  const tasks = watchTasks()
  const startedAt = performance.now()
  const { added, settled } = await uploader.add(files)
  const totalMs = performance.now() - startedAt
  const longestTaskMs = await tasks.finish()
  const { length: count } = files
  if (added.length !== count || listed !== count)
    throw new Error(`Added ${added.length} of ${count}, listed ${listed}`)
  void settled
  uploader.dispose()
  return { count, totalMs, longestTaskMs }
}

/** Uppy adds in one go, so all of it is one task. */
function intakeOfUppy(given: IntakeGiven): IntakeTimes {
  const files = given.count === undefined ? picked() : made(given.count)
  const uppy = new Uppy({ autoProceed: false })
  collectGarbage()
  const startedAt = performance.now()
  uppy.addFiles(
    Array.from(files, (data) => ({
      name: data.name,
      type: data.type,
      data,
      meta: { relativePath: data.webkitRelativePath },
    })),
  )
  const totalMs = performance.now() - startedAt
  if (uppy.getFiles().length !== files.length) throw new Error(`Added ${uppy.getFiles().length} files`)
  uppy.destroy()
  return { count: files.length, totalMs, longestTaskMs: totalMs }
}

const stock: File[] = []

/** Made once for all cases, since the browser takes 50 µs and more for each. */
function made(count: number): File[] {
  for (let index = stock.length; index < count; index++) {
    stock.push(new File(['x'], `holiday-${index}.jpg`, { type: 'image/jpeg', lastModified: index }))
  }
  return stock.slice(0, count)
}

/** What the case before has left behind is not this one's. */
function collectGarbage(): void {
  const { gc } = globalThis as { readonly gc?: () => void }
  gc?.()
}

function picked(): FileList {
  const { files } = document.querySelector<HTMLInputElement>('#folder') ?? {}
  if (!files || files.length === 0) throw new Error('No folder was picked')
  return files
}

function neverAnswering(): Protocol<Json, unknown> {
  return { ...plainProtocol(1024), open: () => new Promise(() => {}) } as Protocol<Json, unknown>
}
