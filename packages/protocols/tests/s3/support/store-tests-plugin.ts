import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { PutBucketCorsCommand } from '@aws-sdk/client-s3'
import { type Plugin, runnerImport } from 'vite'
import { type Mounted, mountedServer } from '../../../../../.storybook/mounted-server.ts'
import { dropBucket, makeBucket, noStore, storeClient, storeOrigin } from './store.ts'

/** What a page asks for: signers for buckets whose every request is written down. */
export interface StoreTests {
  readonly seen: readonly {
    readonly method: string
    readonly url: string
    readonly headers: IncomingHttpHeaders
  }[]
}

const base = '/s3-tests'
type Listener = (request: IncomingMessage, response: ServerResponse) => void

/**
 * For tests in a browser. `/s3-tests/recorded` is a signer for a bucket behind a proxy on the page's own host, where a
 * cookie would go along; `/s3-tests/seen` what the proxy has seen since it was last asked; `/s3-tests/flip` makes it
 * flip a bit of the next body. `/s3-tests/hidden` is a signer for a bucket whose CORS rules do not expose the ETag.
 */
export function storeTestsPlugin(): Plugin {
  return mountedServer({
    what: 'the buckets of tests',
    basePath: base,
    folder: 'store-tests',
    mount: async () => (noStore === undefined ? mount() : nothing),
  })
}

const nothing: Mounted = {
  listener: (_request, response) => void response.writeHead(503).end(noStore),
  close: async () => {},
}

async function mount(): Promise<Mounted> {
  const seen: StoreTests['seen'][number][] = []
  let flips = 0
  const proxy = createServer((incoming, response) => {
    const { method = '', url = '', headers } = incoming
    seen.push({ method, url, headers })
    let isFlipping = method === 'PUT' && flips > 0
    if (isFlipping) flips--
    const onward = request(storeOrigin() + url, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => response.destroy())
    incoming.on('data', (piece: Buffer) => {
      onward.write(isFlipping ? piece.map((byte, at) => (at === 0 ? byte ^ 1 : byte)) : piece)
      isFlipping = false
    })
    incoming.on('end', () => onward.end())
    incoming.on('error', () => onward.destroy())
  })
  await new Promise<void>((resolve) => proxy.listen(0, resolve))
  proxy.unref()
  const origin = `http://localhost:${(proxy.address() as AddressInfo).port}`
  const buckets = [await makeBucket(), await makeBucket()] as const
  const listeners: Readonly<Record<string, Listener>> = {
    recorded: await signerFor(origin, 'recorded', buckets[0], ['ETag']),
    hidden: await signerFor(storeOrigin(), 'hidden', buckets[1], []),
    seen: (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ seen: seen.splice(0) } satisfies StoreTests))
    },
    flip: (_request, response) => {
      flips++
      response.writeHead(204).end()
    },
  }
  return {
    listener(request, response, next) {
      const [, path = ''] = /^\/s3-tests\/(\w+)/.exec(request.url ?? '') ?? []
      const listener = listeners[path]
      if (listener) listener(request, response)
      else next()
    },
    close: async () => {
      proxy.close()
      await Promise.allSettled(buckets.map(dropBucket))
    },
  }
}

async function signerFor(
  origin: string,
  path: string,
  bucket: string,
  ExposeHeaders: string[],
): Promise<Listener> {
  const rule = { AllowedOrigins: ['*'], AllowedMethods: ['PUT', 'GET'], AllowedHeaders: ['*'], ExposeHeaders }
  await storeClient().send(
    new PutBucketCorsCommand({ Bucket: bucket, CORSConfiguration: { CORSRules: [rule] } }),
  )
  const { createS3Signer } = await imported<typeof import('@lading/server/s3')>('@lading/server/s3')
  const { toNodeListener } = await imported<typeof import('@lading/server')>('@lading/server')
  return toNodeListener(
    createS3Signer({
      client: storeClient(origin),
      bucket,
      basePath: `${base}/${path}`,
      objectParameters: () => ({ ACL: 'public-read' }),
    }),
  )
}

/** Read as TypeScript source, in an environment that the page's plugins do not touch. */
async function imported<T>(specifier: string): Promise<T> {
  const { module } = await runnerImport<T>(specifier, { configFile: false, logLevel: 'error' })
  return module
}
