import { GetObjectCommand, PutObjectCommand, type S3Client, UploadPartCommand } from '@aws-sdk/client-s3'
import type { WireSigned } from './signer-wire.ts'

/** A request of the SDK, on its way to be signed. */
interface Draft {
  method: string
  protocol: string
  hostname: string
  port?: number
  path: string
  query?: Record<string, string | string[] | null>
  headers: Record<string, string>
}

/** What signs with the client's credentials. */
interface Presigner {
  presign(
    draft: Draft,
    options: {
      readonly expiresIn: number
      readonly unhoistableHeaders: Set<string>
      readonly signableHeaders: Set<string>
    },
  ): Promise<Draft>
}

/** Which region and service a bucket's requests are signed for: the SDK knows it of the endpoint. */
type AuthScheme = NonNullable<Parameters<S3Client['config']['signer']>[0]>

/** What the middleware of any command is told. */
interface Intercepted {
  readonly endpointV2?: { readonly properties?: { readonly authSchemes?: readonly AuthScheme[] } }
}

/** The middleware of any command, as far as it is needed to step in. */
interface MiddlewareStack {
  addRelativeTo(
    middleware: (
      next: unknown,
      context: Intercepted,
    ) => (args: { readonly request: unknown }) => Promise<{ response: object; output: never }>,
    where: { readonly name: string; readonly relation: 'before'; readonly toMiddleware: string },
  ): void
}

/** A command that may be handed to somebody else. */
export type SignableCommand = PutObjectCommand | UploadPartCommand | GetObjectCommand

/** What a browser sets by itself, and lets nobody else set. */
const setByBrowsers = new Set(['content-length', 'host'])
/** What the SDK says about itself, and checksums of a body it does not have. */
const ofTheSdk =
  /^(amz-sdk-.*|user-agent|x-amz-user-agent|x-amz-sdk-.*|x-amz-checksum-.*|x-amz-content-sha256|expect)$/i

/**
 * Signs a request for somebody else to make, with `more` headers.
 *
 * Every header is part of the signature, Content-Length and Content-Type included, and goes as a header, since stores
 * differ in what they take from the query. (The SDK's own presigner leaves the type out, and has no place for the hash
 * of a payload.)
 */
export async function presign(
  client: S3Client,
  command: SignableCommand,
  expiresInSeconds: number,
  more: Readonly<Record<string, string>> = {},
): Promise<WireSigned> {
  const draft = await interceptDraft(client, command, async (unsigned, scheme) => {
    const kept = Object.entries(unsigned.headers).filter(([name]) => !ofTheSdk.test(name))
    unsigned.headers = { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD', ...Object.fromEntries(kept), ...more }
    const names = new Set(Object.keys(unsigned.headers).map((name) => name.toLowerCase()))
    // A hash that is none goes into the query, as the SDK has it.
    if (more['x-amz-content-sha256'] === undefined) names.delete('x-amz-content-sha256')
    const presigner = await presignerOf(client, scheme)
    return presigner.presign(unsigned, {
      expiresIn: expiresInSeconds,
      unhoistableHeaders: names,
      signableHeaders: names,
    })
  })
  const headers = Object.entries(draft.headers).filter(([name]) => !setByBrowsers.has(name.toLowerCase()))
  return { method: draft.method, url: urlOf(draft), headers: Object.fromEntries(headers), expiresInSeconds }
}

/** Where an object is, without a signature. */
export async function objectUrl(client: S3Client, bucket: string, key: string): Promise<string> {
  const command = new GetObjectCommand({ Bucket: bucket, Key: key })
  return urlOf({ ...(await interceptDraft(client, command, async (draft) => draft)), query: {} })
}

/** Runs a command through the client's middleware up to where it would be signed and sent. */
async function interceptDraft(
  client: S3Client,
  command: SignableCommand,
  finish: (draft: Draft, scheme: AuthScheme | undefined) => Promise<Draft>,
): Promise<Draft> {
  let finished: Draft | undefined
  const stack: MiddlewareStack = command.middlewareStack
  stack.addRelativeTo(
    (_next, { endpointV2 }) =>
      async ({ request }) => {
        finished = await finish(request as Draft, endpointV2?.properties?.authSchemes?.[0])
        return { response: {}, output: { $metadata: {} } as never }
      },
    { name: 'ladingPresign', relation: 'before', toMiddleware: 'awsAuthMiddleware' },
  )
  await (command instanceof PutObjectCommand
    ? client.send(command)
    : command instanceof UploadPartCommand
      ? client.send(command)
      : client.send(command))
  if (!finished) throw new TypeError('Expected `client` to be an S3Client of @aws-sdk/client-s3')
  return finished
}

async function presignerOf(client: S3Client, scheme: AuthScheme | undefined): Promise<Presigner> {
  const signer: object = await client.config.signer(scheme)
  if (!canPresign(signer)) throw new TypeError('The `signer` of the S3Client cannot presign')
  return signer
}

function canPresign(signer: object): signer is Presigner {
  return typeof Reflect.get(signer, 'presign') === 'function'
}

function urlOf({ protocol, hostname, port, path, query = {} }: Draft): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value ?? ''].flat().map((one) => `${encoded(name)}=${encoded(one)}`),
  )
  const origin = `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`
  return pairs.length === 0 ? origin + path : `${origin}${path}?${pairs.join('&')}`
}

/** As RFC 3986 has it, and as signatures are made. */
function encoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
