import { Upload, type UploadOptions } from 'tus-js-client'
import { beforeEach, describe, expect, it } from 'vitest'
import { expectDownload, pageFile } from './support/page-file.ts'

const MiB = 1024 * 1024
const endpoint = '/uploads'

beforeEach(() => localStorage.clear())

interface Uploaded {
  readonly upload: Upload
  /** Where the file is, as the last answer has told. */
  readonly result: string | undefined
}

/** Starts, or goes on with what was begun before; resolves when it is done. */
async function send(file: File, options: UploadOptions = {}, isResumed = false): Promise<Uploaded> {
  let settle: { resolve: (uploaded: Uploaded) => void; reject: (error: Error) => void } | undefined
  const upload = new Upload(file, {
    endpoint,
    retryDelays: [0, 100, 1000],
    metadata: { filename: file.name, filetype: file.type },
    ...options,
    onError: (error) => settle?.reject(error),
    onSuccess: ({ lastResponse }) =>
      settle?.resolve({ upload, result: lastResponse.getHeader('Lading-Result') }),
  })
  if (isResumed) {
    const [previous] = await upload.findPreviousUploads()
    if (!previous) throw new Error('Nothing was begun before')
    upload.resumeFromPreviousUpload(previous)
  }
  return new Promise((resolve, reject) => {
    settle = { resolve, reject }
    upload.start()
  })
}

/** Sends more than so many bytes and stops in the middle of a PATCH. */
function sendSome(file: File, options: UploadOptions, bytes: number): Promise<Upload> {
  return new Promise((resolve, reject) => {
    const upload = new Upload(file, {
      endpoint,
      metadata: { filename: file.name, filetype: file.type },
      ...options,
      onError: reject,
      onProgress: (sent) => {
        if (sent > bytes) void upload.abort().then(() => resolve(upload))
      },
    })
    upload.start()
  })
}

describe('tus-js-client on a page', () => {
  it.each<[string, UploadOptions]>([
    ['in one PATCH', {}],
    ['in many', { chunkSize: 3 * MiB }],
    ['with the POST', { uploadDataDuringCreation: true }],
    ['by POST alone', { overridePatchMethod: true, chunkSize: 10 * MiB }],
  ])('uploads %s', async (_what, options) => {
    const file = pageFile(20 * MiB + 1, 'grüße 七.mp4')
    const { result } = await send(file, options)
    await expectDownload(result, file)
    const disposition = (await fetch(result ?? '')).headers.get('content-disposition')
    expect(disposition).toContain(encodeURIComponent('grüße 七.mp4'))
  })

  it('uploads an empty file', async () => {
    const file = pageFile(0, 'empty.mp4')
    await expectDownload((await send(file)).result, file)
  })

  it.each<[string, UploadOptions]>([
    ['in one PATCH', {}],
    ['in many', { chunkSize: 3 * MiB }],
  ])(
    'goes on where it was stopped in the middle, found by the fingerprint of the file, %s',
    async (_w, options) => {
      const file = pageFile(40 * MiB, 'resumed.mp4')
      const stopped = await sendSome(file, options, 4 * MiB)
      const requests: string[] = []
      const offsets: number[] = []
      const { upload, result } = await send(
        file,
        {
          ...options,
          onBeforeRequest: (request) => {
            requests.push(request.getMethod())
            const offset = request.getHeader('Upload-Offset')
            if (offset !== undefined) offsets.push(Number(offset))
          },
        },
        true,
      )
      expect(upload.url).toBe(stopped.url)
      // The one that was stopped may still have been at work: it does not make the offset wrong.
      expect(requests.filter((method) => method !== 'PATCH')).toEqual(['HEAD'])
      if (!options.chunkSize) expect(requests).toEqual(['HEAD', 'PATCH'])
      else expect(offsets[0]).toBeGreaterThanOrEqual(3 * MiB)
      await expectDownload(result, file)
    },
  )

  it('finds a finished upload finished', async () => {
    const file = pageFile(MiB, 'finished.mp4')
    const first = await send(file)
    const requests: string[] = []
    const again = await send(
      file,
      { onBeforeRequest: (request) => void requests.push(request.getMethod()) },
      true,
    )
    expect(requests).toEqual(['HEAD'])
    expect(again.result).toBe(first.result)
  })

  it('starts afresh when what was begun has been terminated', async () => {
    const file = pageFile(12 * MiB, 'terminated.mp4')
    const stopped = await sendSome(file, { chunkSize: 2 * MiB }, 3 * MiB)
    await Upload.terminate(stopped.url ?? '')
    const { upload, result } = await send(file, {}, true)
    expect(upload.url).not.toBe(stopped.url)
    await expectDownload(result, file)
  })
})
