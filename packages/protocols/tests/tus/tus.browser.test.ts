import { createUploader, type Outcome } from '@lading/core'
import { noiseFile } from '@lading/test-kit'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type TusOptions, type TusResult, tus } from '../../src/tus/index.ts'

const kibibyte = 1024
const chunkSizeBytes = 256 * kibibyte

function uploaderTo(options: TusOptions) {
  const uploader = createUploader({
    protocol: tus(options),
    chunkSizeBytes,
    retry: { baseDelayMs: 1, maxDelayMs: 20 },
  })
  onTestFinished(() => uploader.dispose())
  return uploader
}

async function isThere(outcome: Outcome<TusResult> | undefined, file: File): Promise<boolean> {
  if (outcome?.how === 'failed') throw outcome.error
  if (outcome?.how !== 'uploaded') throw new Error(`It ended otherwise: ${outcome?.how}`)
  expect(outcome.result).toMatchObject({ name: file.name, size: file.size })
  const answer = await fetch(outcome.result.url)
  if (!answer.ok) throw new Error(`It is answered with ${answer.status}: ${await answer.text()}`)
  const stored = new Uint8Array(await answer.arrayBuffer())
  const bytes = new Uint8Array(await file.arrayBuffer())
  return stored.length === bytes.length && stored.every((byte, at) => byte === bytes[at])
}

const baseOf = async (name: string): Promise<string> => (await fetch(name)).text()

describe('tus in a browser, to the published server', () => {
  it.each([0, 1, chunkSizeBytes, 5 * chunkSizeBytes + 77])('brings %i bytes across', async (size) => {
    const file = noiseFile(`${size}.bin`, size)
    const { settled } = await uploaderTo({ endpoint: '/tus-files' }).add(file)
    const [outcome] = await settled
    expect(await isThere(outcome, file)).toBe(true)
    const { url } = (outcome as { result: TusResult }).result
    expect(new URL(url).origin).toBe(location.origin)
  })

  // What this server answers to GET breaks on such names: it is asked what it was told instead.
  it('says a name that is not ASCII', async () => {
    const file = noiseFile('Größe 你好 😀.bin', 1000)
    const { settled } = await uploaderTo({ endpoint: '/tus-files' }).add(file)
    const [outcome] = await settled
    if (outcome?.how !== 'uploaded') throw new Error('It was not uploaded')
    const head = await fetch(outcome.result.url, { method: 'HEAD', headers: { 'Tus-Resumable': '1.0.0' } })
    const said = /^filename ([^,]+)/.exec(head.headers.get('Upload-Metadata') ?? '')?.[1] ?? ''
    const utf8 = Uint8Array.from(atob(said), (letter) => letter.charCodeAt(0))
    expect(new TextDecoder().decode(utf8)).toBe(file.name)
  })

  it('keeps two files of one name, size and type apart', async () => {
    const files = [1, 2].map((seed) => noiseFile('image.png', chunkSizeBytes + 5, seed))
    const { settled } = await uploaderTo({ endpoint: '/tus-files' }).add(files)
    const outcomes = await settled
    for (const [index, file] of files.entries()) expect(await isThere(outcomes[index], file)).toBe(true)
  })

  it('goes on after a pause in the middle of a part', async () => {
    const file = noiseFile('paused.bin', 12 * chunkSizeBytes)
    const uploader = uploaderTo({ endpoint: '/tus-files' })
    const restarts: string[] = []
    uploader.on('restarted', ({ reason }) => void restarts.push(reason))
    let landings = 0
    uploader.on('landed', ({ upload }) => {
      if (++landings !== 3) return
      // The next part is on its way by then.
      upload.pause()
      upload.resume()
    })
    const { settled } = await uploader.add(file)
    const [outcome] = await settled
    expect(await isThere(outcome, file)).toBe(true)
    expect(restarts).toEqual([])
  })

  it('on another origin is sent to by CORS, its Location and offsets read', async () => {
    const endpoint = await baseOf('/published-tus-elsewhere')
    const file = noiseFile('elsewhere.bin', 3 * chunkSizeBytes + 1)
    const { settled } = await uploaderTo({ endpoint }).add(file)
    const [outcome] = await settled
    if (outcome?.how === 'failed') throw outcome.error
    if (outcome?.how !== 'uploaded') throw new Error('It was not uploaded')
    expect(outcome.result.url.startsWith(`${endpoint}/`)).toBe(true)
    const head = await fetch(outcome.result.url, { method: 'HEAD', headers: { 'Tus-Resumable': '1.0.0' } })
    expect(head.headers.get('Upload-Offset')).toBe(String(file.size))
  })
})

describe("tus in a browser, to Lading's own server on another origin", () => {
  it('says a checksum of each part, and reads where the file is', async () => {
    const endpoint = await baseOf('/tus-elsewhere')
    const file = noiseFile('checked.bin', 3 * chunkSizeBytes + 1)
    const { settled } = await uploaderTo({ endpoint, resultHeaders: ['Lading-Result'] }).add(file)
    const [outcome] = await settled
    if (outcome?.how === 'failed') throw outcome.error
    if (outcome?.how !== 'uploaded') throw new Error('It was not uploaded')
    const place = new URL(outcome.result.headers['Lading-Result'] ?? '', endpoint)
    const stored = new Uint8Array(await (await fetch(place)).arrayBuffer())
    const bytes = new Uint8Array(await file.arrayBuffer())
    expect(stored.length).toBe(bytes.length)
    expect(stored.every((byte, at) => byte === bytes[at])).toBe(true)
  })
})
