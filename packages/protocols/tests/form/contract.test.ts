import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { Reply } from '@lading/core/engine'
import { type ContractServer, protocolContract } from '@lading/test-kit'
import formidable from 'formidable'
import { expect } from 'vitest'
import { formUpload } from '../../src/form/index.ts'
import { answerJson } from './loopback.ts'

interface Stored {
  readonly id: string
  readonly name: string
  readonly size: number
}

protocolContract(startServer, (origin) => formUpload({ endpoint: `${origin}/files`, parseResponse }), {
  name: 'form',
  canResume: false,
  goesOnInsideChunks: false,
  hasSession: false,
  canAbort: false,
  isIdempotent: false,
  carriesName: true,
  credentials: 'app',
  expectResult: ({ id, name, size }, file) => {
    expect({ name, size }).toEqual({ name: file.name, size: file.size })
    expect(id).not.toBe('')
  },
})

function parseResponse(reply: Reply): Stored {
  return reply.json() as Stored
}

/** A real formidable on a real disk: parts come in `parts`, and a file that is whole is moved to `files`. */
async function startServer(): Promise<ContractServer<Stored>> {
  const dir = await mkdtemp(join(tmpdir(), 'lading-form-'))
  const [parts, files] = [join(dir, 'parts'), join(dir, 'files')]
  await Promise.all([mkdir(parts), mkdir(files)])
  let isRefusing = false
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    if (isRefusing) {
      request.resume().once('end', () => answerJson(response, 401, {}))
      return
    }
    store(request, parts, files).then(
      (stored) => answerJson(response, 200, stored),
      () => response.destroy(),
    )
  }
  const server = createServer(listener)
  const start = (port = 0): Promise<void> =>
    new Promise((resolve) => server.listen(port, '127.0.0.1', resolve))
  const stop = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve))
    server.closeAllConnections()
    await closed
  }
  await start()
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    read: async ({ id }) => ({
      bytes: new Uint8Array(await readFile(join(files, id))),
      name: await readFile(join(files, `${id}.name`), 'utf8'),
    }),
    holdings: async () => ({
      finished: (await readdir(files)).filter((name) => !name.endsWith('.name')).length,
      unfinished: (await readdir(parts)).length,
    }),
    expire: async () => {},
    refuse: (value) => {
      isRefusing = value
    },
    stop,
    start: () => start(port),
    close: async () => {
      await stop()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

async function store(request: IncomingMessage, parts: string, files: string): Promise<Stored> {
  const form = formidable({ uploadDir: parts, allowEmptyFiles: true, minFileSize: 0 })
  const [, { file: list }] = await form.parse(request)
  const [file] = list ?? []
  if (!file) throw new Error('No file in the form')
  const id = basename(file.filepath)
  const name = file.originalFilename ?? ''
  await writeFile(join(files, `${id}.name`), name)
  await rename(file.filepath, join(files, id))
  return { id, name, size: file.size }
}
