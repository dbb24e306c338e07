import { createUploader, nativeProtocol, type Uploader } from '@lading/core'
import Uppy from '@uppy/core'
import XHRUpload from '@uppy/xhr-upload'
import { expose } from './calls.ts'
import { hashBeside } from './hash-beside.ts'
import { sendPieces } from './send-pieces.ts'

/** A loop of bare requests. */
export interface RawGiven {
  /** Each request gets `offset` in its query. */
  readonly url: string
  readonly lanes: number
  readonly pieceBytes: number
  /** Whether two workers digest the same pieces meanwhile. */
  readonly isHashing?: boolean
}

/** Lading with its defaults, or with others to find out which are best. */
export interface LadingGiven {
  readonly requests?: number
  readonly chunksPerPart?: number
  readonly integrity?: false
}

/** What sending took. */
export interface LadingTimes {
  readonly ms: number
  /** How much of it passed after the last byte was there: digests that were late, and the completion. */
  readonly tailMs: number
  /** Where the file is now. */
  readonly resultUrl: string
}

/** Lading up to its first byte. */
export interface FirstByteGiven {
  readonly endpoint: string
}

let begun: Uploader | undefined

expose({ sendRaw, sendByUppy, sendByLading, begin, cancel, heapMb })

async function sendRaw(given: RawGiven): Promise<number> {
  const file = picked()
  const startedAt = performance.now()
  await Promise.all([sendPieces(file, given), given.isHashing && hashBeside(file, given.pieceBytes)])
  return performance.now() - startedAt
}

/** Uppy's plain uploader: the whole file as one request. */
async function sendByUppy({ url }: { readonly url: string }): Promise<number> {
  const file = picked()
  const uppy = new Uppy({ autoProceed: false }).use(XHRUpload, {
    endpoint: url,
    method: 'PUT',
    formData: false,
  })
  const startedAt = performance.now()
  uppy.addFile({ name: file.name, type: file.type, data: file })
  const outcome = await uppy.upload()
  const ms = performance.now() - startedAt
  if (outcome?.successful?.length !== 1) throw new Error('Uppy did not upload')
  uppy.destroy()
  return ms
}

/** With a row and the totals on show, as an app would have them. */
async function sendByLading(given: LadingGiven): Promise<LadingTimes> {
  const file = picked()
  const native = nativeProtocol({ endpoint: '/uploads' })
  const { chunksPerPart, requests, integrity } = given
  const uploader = createUploader({
    protocol:
      chunksPerPart === undefined
        ? native
        : { ...native, traits: (facts) => ({ ...native.traits(facts), chunksPerPart }) },
    ...(requests !== undefined && { concurrency: { requests } }),
    ...(integrity !== undefined && { integrity }),
  })
  uploader.store.subscribe(() => {})
  let landedAt = 0
  uploader.on('landed', () => {
    landedAt = performance.now()
  })
  const startedAt = performance.now()
  const { added, settled } = await uploader.add(file)
  added[0]?.state.subscribe(() => {})
  const [outcome] = await settled
  const ms = performance.now() - startedAt
  uploader.dispose()
  if (outcome?.how === 'failed') throw outcome.error
  if (outcome?.how !== 'uploaded') throw new Error('Lading did not upload')
  return { ms, tailMs: ms - (landedAt - startedAt), resultUrl: outcome.result.url }
}

function begin({ endpoint }: FirstByteGiven): number {
  const uploader = createUploader({ endpoint })
  begun = uploader
  const file = picked()
  const startedAt = Date.now()
  void uploader.add(file)
  return startedAt
}

async function cancel(): Promise<null> {
  begun?.cancel()
  await begun?.settled()
  begun?.dispose()
  return null
}

function heapMb(): number {
  const { memory } = performance as Performance & { readonly memory?: { readonly usedJSHeapSize: number } }
  return (memory?.usedJSHeapSize ?? Number.NaN) / 1024 / 1024
}

function picked(): File {
  const file = document.querySelector<HTMLInputElement>('#file')?.files?.[0]
  if (!file) throw new Error('No file was picked')
  return file
}
