import { createServer } from 'node:http'
import { S3Client } from '@aws-sdk/client-s3'
import { createUploadServer, toNodeListener } from '../../src/index.ts'
import { s3Storage } from '../../src/s3.ts'

/** One of several server processes on one bucket; prints where it listens. */
const [url = '', bucket = '', prefix = ''] = process.argv.slice(2)
const { origin, username, password } = new URL(url)
const client = new S3Client({
  endpoint: origin,
  region: 'us-east-1',
  forcePathStyle: true,
  credentials: { accessKeyId: username, secretAccessKey: password },
})
const uploads = createUploadServer({ storage: s3Storage({ client, bucket, prefix }) })
await uploads.ready()
const http = createServer(toNodeListener(uploads))
http.listen(0, '127.0.0.1', () => {
  const address = http.address()
  if (typeof address === 'object' && address)
    process.stdout.write(`http://127.0.0.1:${address.port}/uploads\n`)
})
