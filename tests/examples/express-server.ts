import { createUploadServer, diskStorage, toNodeListener } from '@lading/server'
import express from 'express'

const uploads = createUploadServer({
  storage: diskStorage('./uploads'),
  limits: { maxFileSizeBytes: 50 * 1024 ** 3 },
  authorize: (request) => ({ owner: userOf(request) }),
  onComplete: ({ result }) => console.log(`${result.name} is here: ${result.url}`),
})

export const app = express()
app.use('/uploads', toNodeListener(uploads))

function userOf(request: Request): string {
  return request.headers.get('x-user') ?? 'anonymous'
}
