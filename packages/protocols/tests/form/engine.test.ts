import { createHash, randomBytes } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { createUploader } from '@lading/core'
import formidable from 'formidable'
import { describe, expect, it, onTestFinished } from 'vitest'
import { formUpload } from '../../src/form/index.ts'
import { capture } from './capture.ts'
import { answerJson, bodyOf, loopback } from './loopback.ts'

interface Stored {
  readonly name: string
  readonly type: string
  readonly sha256: string
  readonly fields: Readonly<Record<string, string[]>>
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

async function store(request: IncomingMessage): Promise<Stored> {
  const [fields, files] = await formidable({ allowEmptyFiles: true, minFileSize: 0 }).parse(request)
  const file = files['file']?.[0]
  if (!file) throw new Error('No file in the form')
  const bytes = await readFile(file.filepath)
  await rm(file.filepath)
  return {
    name: file.originalFilename ?? '',
    type: file.mimetype ?? '',
    sha256: sha256(bytes),
    fields: fields as Record<string, string[]>,
  }
}

const parseResponse = (reply: { json(): unknown }): Stored => reply.json() as Stored

function uploaderTo(endpoint: string) {
  const uploader = createUploader({
    protocol: formUpload({ endpoint, parseResponse }),
    retry: { baseDelayMs: 1, maxDelayMs: 5 },
  })
  onTestFinished(() => uploader.dispose())
  return uploader
}

describe('formUpload in the engine', () => {
  it('brings files of every size to formidable, with their names, types and metadata', async () => {
    const endpoint = await loopback(async (request, response) =>
      answerJson(response, 200, await store(request)),
    )
    const contents = [0, 1, 70_000, 12_000_000].map((size) => new Uint8Array(randomBytes(size)))
    const files = contents.map((bytes, i) => new File([bytes], `file ${i} ü.png`, { type: 'image/png' }))
    const { settled } = await uploaderTo(endpoint).add(files, { metadata: { album: 'summer' } })
    expect(await settled).toMatchObject(
      contents.map((bytes, i) => ({
        how: 'uploaded',
        result: {
          name: `file ${i} ü.png`,
          type: 'image/png',
          sha256: sha256(bytes),
          fields: { album: ['summer'] },
        },
      })),
    )
  })

  it('puts the fields of a hook before the file', async () => {
    const { origin, requests } = await capture()
    const uploader = createUploader({ protocol: formUpload({ endpoint: origin, fields: { kind: 'own' } }) })
    onTestFinished(() => uploader.dispose())
    uploader.use({ beforeChunk: () => ({ fields: { token: 'abc' }, headers: { 'X-Hook': 'yes' } }) })
    const { settled } = await uploader.add(new File(['content'], 'a.txt'))
    expect((await settled).map(({ how }) => how)).toEqual(['uploaded'])
    expect(requests[0]?.parts.map((part) => /name="([^"]+)"/.exec(part)?.[1])).toEqual([
      'kind',
      'token',
      'file',
    ])
    expect(requests[0]?.headers['x-hook']).toBe('yes')
  })

  it('tries again after a busy server and after a lost answer', async () => {
    let tries = 0
    const endpoint = await loopback(async (request, response) => {
      tries++
      if (tries === 1) {
        await bodyOf(request)
        answerJson(response, 503, {})
      } else if (tries === 2) {
        await bodyOf(request)
        response.destroy()
      } else answerJson(response, 200, await store(request))
    })
    const { settled } = await uploaderTo(endpoint).add(new File(['content'], 'a.txt'))
    expect(await settled).toMatchObject([
      { how: 'uploaded', result: { sha256: sha256(Buffer.from('content')) } },
    ])
    expect(tries).toBe(3)
  })

  it.each([
    [413, 'too-large'],
    [401, 'unauthorized'],
    [200, 'bad-response'],
  ])('fails for good on status %i with %s', async (status, code) => {
    let tries = 0
    const endpoint = await loopback(async (request, response) => {
      tries++
      await bodyOf(request)
      response.writeHead(status, { 'content-type': 'text/html' }).end('<!doctype html>')
    })
    const { settled } = await uploaderTo(endpoint).add(new File(['content'], 'a.txt'))
    expect(await settled).toMatchObject([{ how: 'failed', error: { code } }])
    expect(tries).toBe(1)
  })

  it('sends the whole file again after a pause in the middle of it', async () => {
    const bytes = new Uint8Array(randomBytes(20_000_000))
    const broken: boolean[] = []
    let uploader: ReturnType<typeof uploaderTo> | undefined
    const endpoint = await loopback(async (request, response) => {
      if (broken.length === 0) {
        broken.push(true)
        request.once('data', () => uploader?.pause())
        request.once('error', () => uploader?.resume())
        return
      }
      answerJson(response, 200, await store(request))
    })
    uploader = uploaderTo(endpoint)
    const { settled } = await uploader.add(new File([bytes], 'a.bin'))
    expect(await settled).toMatchObject([{ how: 'uploaded', result: { sha256: sha256(bytes) } }])
    expect(broken).toEqual([true])
  })
})
