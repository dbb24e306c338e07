import { createHash, randomBytes } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import busboy from 'busboy'
import formidable, { type Options } from 'formidable'
import { describe, expect, it } from 'vitest'
import { formUpload } from '../../src/form/index.ts'
import { answerJson, loopback } from './loopback.ts'
import { factsOf, rejectionOf, sendForm } from './send-form.ts'

/** A field's value, or a file as the server saw it; in the order of the form. */
type Received =
  | { field: string; value: string }
  | { file: string; name: string; type: string; sha256: string }

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

async function byBusboy(request: IncomingMessage): Promise<Received[]> {
  const received: Promise<Received>[] = []
  const parser = busboy({ headers: request.headers, defParamCharset: 'utf8' })
  parser.on('field', (field, value) => received.push(Promise.resolve({ field, value })))
  parser.on('file', (file, stream, { filename: name, mimeType: type }) => {
    received.push(wholeOf(stream).then((bytes) => ({ file, name: name ?? '', type, sha256: sha256(bytes) })))
  })
  await new Promise((resolve, reject) => request.pipe(parser).on('close', resolve).on('error', reject))
  return Promise.all(received)
}

async function wholeOf(stream: Readable): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of stream) pieces.push(piece as Buffer)
  return Buffer.concat(pieces)
}

const byFormidable =
  (options: Options = {}) =>
  async (request: IncomingMessage): Promise<Received[]> => {
    const received: Promise<Received>[] = []
    const form = formidable(options)
    form.on('field', (field, value) => received.push(Promise.resolve({ field, value })))
    form.on('file', (name, file) => {
      const path = file.filepath
      received.push(
        readFile(path).then(async (bytes) => {
          await rm(path)
          return {
            file: name,
            name: file.originalFilename ?? '',
            type: file.mimetype ?? '',
            sha256: sha256(bytes),
          }
        }),
      )
    })
    await form.parse(request)
    return Promise.all(received)
  }

async function serverOf(parse: (request: IncomingMessage) => Promise<Received[]>): Promise<string> {
  return loopback((request, response) =>
    parse(request).then(
      (received) => answerJson(response, 200, received),
      (error: { httpCode?: number }) => answerJson(response, error.httpCode ?? 500, { error: String(error) }),
    ),
  )
}

const received = async (
  parse: (request: IncomingMessage) => Promise<Received[]>,
  file: Blob,
  name = 'file.bin',
) => {
  const protocol = formUpload({
    endpoint: await serverOf(parse),
    fields: { kind: 'photo', text: 'two\nlines ü 😀' },
  })
  const { result } = await sendForm(
    protocol,
    file,
    factsOf(file, { name, type: 'image/png', metadata: { n: 7 } }),
  )
  return result
}

const servers = [
  ['formidable', byFormidable()],
  ['busboy, which multer stands on', byBusboy],
] as const

describe.each(servers)('a form to %s', (_, parse) => {
  it('arrives byte for byte, fields before the file', async () => {
    const bytes = new Uint8Array(randomBytes(2_500_000))
    expect(await received(parse, new Blob([bytes]))).toEqual([
      { field: 'kind', value: 'photo' },
      { field: 'text', value: 'two\r\nlines ü 😀' },
      { field: 'n', value: '7' },
      { file: 'file', name: 'file.bin', type: 'image/png', sha256: sha256(bytes) },
    ])
  })

  it('survives bytes that look like a form', async () => {
    const bytes = new TextEncoder().encode(
      '\r\n--\r\nContent-Disposition: form-data; name="x"\r\n\r\n--\r\n\0',
    )
    const files = (await received(parse, new Blob([bytes]))) as Received[]
    expect(files.at(-1)).toMatchObject({ sha256: sha256(bytes) })
    expect(files).toHaveLength(4)
  })
})

/** What a name is to formidable, and to busboy, which keeps escapes and cuts paths off. */
const names: [given: string, formidable: string, busboy: string][] = [
  ['plain name.txt', 'plain name.txt', 'plain name.txt'],
  ['Grüße 你好 😀.txt', 'Grüße 你好 😀.txt', 'Grüße 你好 😀.txt'],
  ['q"uote.txt', 'q"uote.txt', 'q%22uote.txt'],
  ["it's; filename=x.txt", "it's; filename=x.txt", "it's; filename=x.txt"],
  ['new\nline\r\nheader: x', 'new%0Aline%0D%0Aheader: x', 'new%0Aline%0D%0Aheader: x'],
  ['nul\u0000 and bell\u0007.txt', 'nul_ and bell_.txt', 'nul_ and bell_.txt'],
  ['../../etc/passwd', '../../etc/passwd', 'passwd'],
  ['', 'blob', 'blob'],
]

describe.each(names)('the name %j', (given, formidables, busboys) => {
  it.each([
    ['formidable', byFormidable(), formidables],
    ['busboy', byBusboy, busboys],
  ] as const)('reaches %s with its file and its fields', async (_, parse, name) => {
    expect(await received(parse, new Blob(['content']), given)).toEqual([
      { field: 'kind', value: 'photo' },
      { field: 'text', value: 'two\r\nlines ü 😀' },
      { field: 'n', value: '7' },
      { file: 'file', name, type: 'image/png', sha256: sha256(new TextEncoder().encode('content')) },
    ])
  })
})

describe('an empty file', () => {
  const empty = sha256(new Uint8Array())

  it('reaches formidable where it allows empty files', async () => {
    const files = await received(byFormidable({ allowEmptyFiles: true, minFileSize: 0 }), new Blob([]))
    expect(files).toContainEqual({ file: 'file', name: 'file.bin', type: 'image/png', sha256: empty })
  })

  it('reaches busboy', async () => {
    const files = await received(byBusboy, new Blob([]))
    expect(files).toContainEqual({ file: 'file', name: 'file.bin', type: 'image/png', sha256: empty })
  })

  it('is refused by formidable where it does not, and fails for good', async () => {
    const failure = await rejectionOf(received(byFormidable(), new Blob([])))
    expect(failure).toMatchObject({ code: 'request-refused', status: 400, retryable: false })
  })
})

describe('a file over the limit of formidable', () => {
  it('fails as too large', async () => {
    const parse = byFormidable({ maxFileSize: 1000, maxTotalFileSize: 1000 })
    const failure = await rejectionOf(received(parse, new Blob([new Uint8Array(100_000)])))
    expect(failure).toMatchObject({ code: 'too-large', status: 413, retryable: false })
  })
})
