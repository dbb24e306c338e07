import Uppy from '@uppy/core'
import Tus from '@uppy/tus'
import { Upload } from 'tus-js-client'
import { beforeEach, expect, it } from 'vitest'
import { expectDownload, pageFile } from './support/page-file.ts'

const MiB = 1024 * 1024

beforeEach(() => localStorage.clear())

/** The base of a server that is not where the page comes from. */
async function elsewhere(): Promise<string> {
  const endpoint = await (await fetch('/tus-elsewhere')).text()
  expect(new URL(endpoint).origin).not.toBe(location.origin)
  return endpoint
}

/** A file's address, as it is said by a server that does not know its public one. */
function at(endpoint: string, result: string | undefined): string {
  return new URL(result ?? '', endpoint).href
}

it('takes tus-js-client from another origin, with a header of the app, stopped and resumed', async () => {
  const endpoint = await elsewhere()
  const file = pageFile(30 * MiB, 'elsewhere.mp4')
  const headers = { 'X-App': 'yes' }
  const metadata = { filename: file.name, filetype: file.type }
  const options = { endpoint, headers, metadata, chunkSize: 5 * MiB }
  await new Promise<void>((resolve, reject) => {
    const upload = new Upload(file, {
      ...options,
      onError: reject,
      onProgress: (sent) => {
        if (sent > 6 * MiB) void upload.abort().then(resolve)
      },
    })
    upload.start()
  })
  const methods: string[] = []
  const result = await new Promise<string | undefined>((resolve, reject) => {
    const upload = new Upload(file, {
      ...options,
      onBeforeRequest: (request) => void methods.push(request.getMethod()),
      onError: reject,
      onSuccess: ({ lastResponse }) => resolve(lastResponse.getHeader('Lading-Result')),
    })
    upload.findPreviousUploads().then(([previous]) => {
      if (previous) upload.resumeFromPreviousUpload(previous)
      upload.start()
    }, reject)
  })
  expect(methods.filter((method) => method !== 'PATCH')).toEqual(['HEAD'])
  await expectDownload(at(endpoint, result), file)
})

it('takes Uppy from another origin, with cookies', async () => {
  const endpoint = await elsewhere()
  const file = pageFile(9 * MiB, 'uppy.mp4')
  let result: string | undefined
  const uppy = new Uppy().use(Tus, {
    endpoint,
    withCredentials: true,
    onAfterResponse: (_request, response) => {
      result = response.getHeader('Lading-Result') ?? result
    },
  })
  uppy.addFile({ name: file.name, type: file.type, data: file })
  const { failed } = (await uppy.upload()) ?? {}
  expect(failed).toEqual([])
  await expectDownload(at(endpoint, result), file)
})
