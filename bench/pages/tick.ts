import { createEngine } from '@lading/core/engine'
import Uppy from '@uppy/core'
import { expose } from './calls.ts'
import { drivenPorts } from './driven-ports.ts'
import { plainProtocol } from './plain-protocol.ts'
import { until } from './until.ts'

/** How a tick is timed: the clock is coarse, so many are timed at once, several times over. */
export interface TickGiven {
  readonly uploads: number
  readonly ticks: number
  readonly samples: number
  /** Samples that are thrown away first, until the code is compiled. */
  readonly warmUps: number
}

expose({ tick, tickOfUppy })

/**
 * One tick: a request reports bytes, and the next frame tells the watcher of that row and the watcher of the totals.
 * One upload is sending, all others wait.
 */
async function tick({ uploads, ticks, samples, warmUps }: TickGiven): Promise<readonly number[]> {
  const driven = drivenPorts()
  const chunkBytes = ticks * 512
  const engine = createEngine(driven.ports, {
    protocol: plainProtocol(chunkBytes),
    concurrency: { files: 1, requests: 1 },
  })
  const { added } = await engine.add(filesToSend(uploads, chunkBytes * (samples + warmUps + 1)))
  let seen = 0
  added[0]?.state.subscribe(({ progress }) => {
    seen = progress.sentBytes
  })
  let seenTotal = 0
  engine.store.subscribe(({ totals }) => {
    seenTotal = totals.sentBytes
  })
  const times: number[] = []
  for (let sample = 0; sample < samples + warmUps; sample++) {
    const { onSent } = await until(() => requestUnderWay(driven.request))
    const startedAt = performance.now()
    for (let one = 1; one <= ticks; one++) {
      onSent?.(one * 512)
      driven.drawFrame()
    }
    times.push(((performance.now() - startedAt) * 1000) / ticks)
    const expected = chunkBytes * (sample + 1)
    if (seen !== expected || seenTotal !== expected) throw new Error(`Saw ${seen} of ${expected} bytes`)
    driven.answer()
  }
  engine.dispose()
  return times.slice(warmUps)
}

function requestUnderWay<T>(request: () => T): T | undefined {
  try {
    return request()
  } catch {
    return undefined
  }
}

function filesToSend(uploads: number, firstBytes: number): File[] {
  const mebibyte = new Uint8Array(1024 * 1024)
  const first = new File(
    Array.from({ length: Math.ceil(firstBytes / mebibyte.length) }, () => mebibyte),
    'first',
  )
  // The same one again and again: the browser takes long to make 100,000.
  const other = new File(['x'], 'other')
  return [first, ...Array.from({ length: uploads - 1 }, () => other)]
}

/** The same of Uppy: its progress event, a watcher of its state. Its totals are summed twice a second at most. */
function tickOfUppy({ uploads, ticks, samples, warmUps }: TickGiven): readonly number[] {
  const uppy = new Uppy({ autoProceed: false })
  const id = uppy.addFile({ name: 'first', type: '', data: new File(['x'], 'first') })
  const first = uppy.getFile(id)
  const bytesTotal = ticks * 512
  // Added by hand, since adding 10,000 takes it many seconds.
  const files = Object.fromEntries(
    Array.from({ length: uploads }, (_, index) => {
      const one = index === 0 ? id : `${id}-${index}`
      const progress = { ...first.progress, uploadStarted: 1, bytesTotal, bytesUploaded: 0 as const }
      return [one, { ...first, id: one, progress }]
    }),
  ) as ReturnType<typeof uppy.getState>['files']
  uppy.setState({ files })
  let seen: number | false = 0
  uppy.on('state-update', (_previous, next) => {
    seen = next.files[id]?.progress.bytesUploaded ?? 0
  })
  const times: number[] = []
  for (let sample = 0; sample < samples + warmUps; sample++) {
    const startedAt = performance.now()
    for (let one = 1; one <= ticks; one++) {
      uppy.emit('upload-progress', uppy.getFile(id), {
        uploadStarted: 1,
        bytesUploaded: (one * 512) / 2,
        bytesTotal,
      })
    }
    times.push(((performance.now() - startedAt) * 1000) / ticks)
    if (seen !== bytesTotal / 2) throw new Error(`Saw ${seen} of ${bytesTotal / 2} bytes`)
  }
  uppy.destroy()
  return times.slice(warmUps)
}
