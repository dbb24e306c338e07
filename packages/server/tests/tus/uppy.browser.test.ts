import Uppy from '@uppy/core'
import Tus from '@uppy/tus'
import { beforeEach, describe, expect, it } from 'vitest'
import { expectDownload, pageFile } from './support/page-file.ts'

const MiB = 1024 * 1024

beforeEach(() => localStorage.clear())

/** Uppy with its tus plugin; `requests` is what it sends. */
function createUppy() {
  const requests: string[] = []
  const results = new Map<string, string>()
  const uppy = new Uppy().use(Tus, {
    endpoint: '/uploads',
    chunkSize: 3 * MiB,
    onBeforeRequest: (request) => void requests.push(request.getMethod()),
    onAfterResponse: (request, response) => {
      const result = response.getHeader('Lading-Result')
      if (result) results.set(new URL(request.getURL(), location.href).pathname, result)
    },
  })
  /** Where the file of an upload is, as the last answer has told. */
  const resultOf = (uploadUrl: string | undefined): string | undefined =>
    results.get(new URL(uploadUrl ?? '', location.href).pathname)
  return { uppy, requests, resultOf }
}

function add(uppy: Uppy, file: File): string {
  return uppy.addFile({ name: file.name, type: file.type, data: file, meta: { album: '七' } })
}

async function settled(uploading: ReturnType<Uppy['upload']>) {
  const { successful = [], failed = [] } = (await uploading) ?? {}
  expect(failed).toEqual([])
  return successful
}

/** Waits until more than so much of a file was accepted. */
function progressed(uppy: Uppy, bytes: number): Promise<void> {
  return new Promise((resolve) => {
    uppy.on('upload-progress', (_file, { bytesUploaded }) => {
      if (bytesUploaded > bytes) resolve()
    })
  })
}

describe('Uppy', () => {
  it('uploads several files at once', async () => {
    const { uppy, resultOf } = createUppy()
    const files = [7 * MiB, 1, 9 * MiB + 5].map((size, index) => pageFile(size, `${index}.mp4`))
    for (const file of files) add(uppy, file)
    const successful = await settled(uppy.upload())
    expect(successful.map(({ name }) => name).sort()).toEqual(['0.mp4', '1.mp4', '2.mp4'])
    for (const { name, uploadURL } of successful) {
      const file = files.find((one) => one.name === name)
      if (file) await expectDownload(resultOf(uploadURL), file)
    }
  })

  it('pauses in the middle and goes on', async () => {
    const { uppy, requests, resultOf } = createUppy()
    const file = pageFile(40 * MiB, 'paused.mp4')
    const id = add(uppy, file)
    const halfway = progressed(uppy, 4 * MiB)
    const uploading = uppy.upload()
    await halfway
    expect(uppy.pauseResume(id)).toBe(true)
    expect(uppy.getFile(id).isPaused).toBe(true)
    const before = requests.length
    expect(uppy.pauseResume(id)).toBe(false)
    const [one] = await settled(uploading)
    expect(requests.slice(before)).toContain('HEAD')
    expect(requests.filter((method) => method === 'POST')).toHaveLength(1)
    await expectDownload(resultOf(one?.uploadURL), file)
  })

  it('goes on with what an earlier page has begun', async () => {
    const file = pageFile(40 * MiB, 'earlier.mp4')
    const first = createUppy()
    add(first.uppy, file)
    const halfway = progressed(first.uppy, 4 * MiB)
    void first.uppy.upload()
    await halfway
    first.uppy.pauseAll()
    const { uppy, requests, resultOf } = createUppy()
    add(uppy, file)
    const [one] = await settled(uppy.upload())
    expect(requests[0]).toBe('HEAD')
    expect(requests).not.toContain('POST')
    await expectDownload(resultOf(one?.uploadURL), file)
  })

  it('terminates what is removed', async () => {
    const { uppy, requests } = createUppy()
    const id = add(uppy, pageFile(40 * MiB, 'removed.mp4'))
    const halfway = progressed(uppy, 4 * MiB)
    const uploading = uppy.upload()
    await halfway
    const url = uppy.getFile(id).tus?.uploadUrl
    uppy.removeFile(id)
    await uploading
    await expect.poll(() => requests.at(-1)).toBe('DELETE')
    const head = (): Promise<Response> =>
      fetch(url ?? '', { method: 'HEAD', headers: { 'Tus-Resumable': '1.0.0' } })
    await expect.poll(async () => (await head()).status).toBe(410)
  })
})
