import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import formidable from 'formidable'
import type { Plugin } from 'vite'
import { mountedServer } from './mounted-server.ts'

const basePath = '/forms'

/** Serves what `formUpload` is for at `/forms`: an app of its own that takes multipart forms with formidable. */
export function formServerPlugin(name: string): Plugin {
  return mountedServer({
    what: 'the server for forms',
    basePath,
    folder: `${name}-forms`,
    mount: async (folder) => ({
      listener(request, response, next) {
        answer(folder, request, response).catch(next)
      },
      close: async () => {},
    }),
  })
}

async function answer(folder: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === 'POST') {
    const stored = await store(folder, request)
    response.writeHead(stored ? 201 : 400, { 'content-type': 'application/json' }).end(JSON.stringify(stored))
    return
  }
  const id = /^\/forms\/([\da-f-]{36})$/.exec(request.url ?? '')?.[1]
  if (id === undefined) {
    response.writeHead(404).end()
    return
  }
  response.setHeader('content-disposition', 'attachment')
  await pipeline(createReadStream(join(folder, id)), response)
}

async function store(folder: string, request: IncomingMessage): Promise<object | undefined> {
  // Names from clients are no paths.
  const filename = (): string => randomUUID()
  const form = formidable({
    uploadDir: folder,
    filename,
    allowEmptyFiles: true,
    minFileSize: 0,
    maxFileSize: 2 ** 31,
  })
  const [fields, { file }] = await form.parse(request)
  const [stored] = file ?? []
  if (!stored) return undefined
  const { newFilename, originalFilename, size } = stored
  return { name: originalFilename, size, folder: fields['folder']?.[0], url: `${basePath}/${newFilename}` }
}
