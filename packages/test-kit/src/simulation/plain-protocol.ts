import {
  type Protocol,
  type ProtocolTraits,
  planChunks,
  type RequestContext,
  UploadError,
} from '@lading/core'
import type { PlainResult } from './plain-session.ts'

/** What {@link plainProtocol} is like; it can be made as poor as the poorest server. */
export interface PlainOptions extends Partial<ProtocolTraits> {
  /** @default 10 */
  readonly chunkSizeBytes?: number
  /** Whether the server can be asked for what landed. @default true */
  readonly canAsk?: boolean
  /** Whether the server can be asked for content. @default false */
  readonly canMatch?: boolean
}

/** A protocol as plain as can be, for {@link PlainServer}: one request for each call, nothing clever. */
export function plainProtocol(options: PlainOptions = {}): Protocol<string, PlainResult> {
  const { chunkSizeBytes = 10, canAsk = true, canMatch = false, ...traits } = options
  return {
    name: 'plain',
    version: 1,
    traits: () => ({
      plan: (size, wanted) => planChunks(size, wanted ?? chunkSizeBytes),
      grain: 'byte',
      knows: canAsk ? 'list' : 'nothing',
      chunkDigest: { algorithm: 'sha-256', due: 'after' },
      resultFrom: 'complete',
      ...traits,
    }),
    async open(ctx) {
      const { chunkSizeBytes, count, size } = ctx.plan
      const { uploadId: key, name } = ctx.file
      return (await ask(ctx, 'POST', '/open', { key, name, size, chunkSizeBytes, count })) as never
    },
    async send(ctx, session, { offset, blob, replaces }) {
      const reply = await ctx.request({
        method: 'PUT',
        url: `/${session}?offset=${offset}`,
        ...(replaces !== undefined && { headers: { Replaces: replaces } }),
        body: { kind: 'blob', blob },
        accept,
      })
      return reply.json() as never
    },
    ...(canAsk && {
      async landed(ctx, session) {
        return (await ask(ctx, 'GET', `/${session}`)) as never
      },
    }),
    ...(canMatch && {
      async match(ctx, [first]) {
        const root = first && 'root' in first.identity ? first.identity.root : ''
        return [(await ask(ctx, 'POST', '/match', { root })) as never]
      },
    }),
    async complete(ctx, session, { identity }) {
      const body = identity && 'root' in identity ? { root: identity.root } : {}
      return (await ask(ctx, 'POST', `/${session}/complete`, body)) as never
    },
    async abort(ctx, session) {
      await ctx.request({ method: 'DELETE', url: `/${session}`, accept: (status) => status < 500 })
    },
  }
}

const accept = (status: number): boolean =>
  (status >= 200 && status < 300) || status === 404 || status === 409

async function ask(
  ctx: RequestContext,
  method: string,
  url: string,
  body?: Readonly<Record<string, string | number>>,
): Promise<unknown> {
  const reply = await ctx.request({
    method,
    url,
    ...(body && { body: { kind: 'json', value: body } }),
    accept: (status) => accept(status) || status === 422,
  })
  if (reply.status === 422) throw new UploadError('integrity-failed', { status: 422 })
  return reply.json()
}
