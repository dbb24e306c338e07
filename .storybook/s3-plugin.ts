import type { S3Client } from '@aws-sdk/client-s3'
import { type Plugin, runnerImport } from 'vite'
import { type Mounted, mountedServer, repoRoot } from './mounted-server.ts'

const basePath = '/s3'

/**
 * Serves the signing side of uploads to a bucket at `/s3`, with the S3 engine that `LADING_TEST_S3` names; answers 503
 * where it names none. The bucket is made on first use; what is in it can be read by everybody.
 */
export function s3Plugin(name: string): Plugin {
  return mountedServer({
    what: 'the signer',
    basePath,
    folder: `${name}-s3`,
    mount: () => mount(`lading-${name}-${process.pid}`),
  })
}

async function mount(bucket: string): Promise<Mounted> {
  const engine = process.env['LADING_TEST_S3']
  if (engine === undefined) return noEngine
  const client = await clientOf(new URL(engine))
  await makeBucket(client, bucket)
  const { createS3Signer } = await imported<typeof import('@lading/server/s3')>('@lading/server/s3')
  const { toNodeListener } = await imported<typeof import('@lading/server')>('@lading/server')
  const signer = createS3Signer({
    client,
    bucket,
    basePath,
    objectParameters: () => ({ ACL: 'public-read' }),
  })
  return { listener: toNodeListener(signer), close: async () => client.destroy() }
}

const noEngine: Mounted = {
  listener(_request, response) {
    const problem = {
      type: 'about:blank',
      title: 'There is no S3 engine: LADING_TEST_S3 names none',
      status: 503,
      code: 'no-engine',
    }
    response.writeHead(503, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem))
  },
  close: async () => {},
}

async function clientOf({ origin, username, password }: URL): Promise<S3Client> {
  const { S3Client } = await import('@aws-sdk/client-s3')
  return new S3Client({
    endpoint: origin,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: username, secretAccessKey: password },
  })
}

async function makeBucket(client: S3Client, bucket: string): Promise<void> {
  const { BucketAlreadyOwnedByYou, CreateBucketCommand, PutBucketCorsCommand } = await import(
    '@aws-sdk/client-s3'
  )
  try {
    await client.send(new CreateBucketCommand({ Bucket: bucket }))
  } catch (error) {
    if (!(error instanceof BucketAlreadyOwnedByYou)) throw error
  }
  const rule = {
    AllowedOrigins: ['*'],
    AllowedMethods: ['PUT', 'GET', 'HEAD'],
    AllowedHeaders: ['*'],
    ExposeHeaders: ['ETag'],
  }
  await client.send(new PutBucketCorsCommand({ Bucket: bucket, CORSConfiguration: { CORSRules: [rule] } }))
}

/** Read as TypeScript source, so that nothing has to be built. */
async function imported<T>(specifier: string): Promise<T> {
  const { module } = await runnerImport<T>(specifier, {
    root: repoRoot,
    configFile: false,
    logLevel: 'error',
  })
  return module
}
