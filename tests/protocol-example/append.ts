import { type Protocol, planChunks, UploadError } from '@lading/core'

/** What must survive a pause and a reload: plain JSON, kept by the engine. */
type Session = { readonly id: string }

/** A protocol for a server that appends: `POST` makes a file, `PATCH` appends, `HEAD` tells its length. */
export function append(endpoint: string): Protocol<Session, { readonly url: string }> {
  const urlOf = ({ id }: Session): string => `${endpoint}/${encodeURIComponent(id)}`
  const orGone = (status: number): boolean => status < 300 || status === 404
  return {
    name: 'append',
    version: 1,
    traits: () => ({
      plan: (size, wanted = 4 * 2 ** 20) => planChunks(size, wanted),
      lane: () => 0, // the server appends: one part after another
      grain: 'byte', // and may go on anywhere, so what was cut off counts
      knows: 'list',
      resultFrom: 'complete',
    }),
    async open(ctx) {
      const { name, size } = ctx.file
      const reply = await ctx.request({
        method: 'POST',
        url: endpoint,
        body: { kind: 'json', value: { name, size } },
      })
      const { id } = reply.json() as { id?: unknown }
      if (typeof id !== 'string') throw new UploadError('bad-response', { message: 'Expected an `id`' })
      return { session: { id } }
    },
    async send(ctx, session, { offset, size, blob }) {
      const reply = await ctx.request({
        method: 'PATCH',
        url: urlOf(session),
        headers: { 'X-Offset': String(offset) },
        body: { kind: 'blob', blob },
        accept: (status) => orGone(status) || status === 409,
      })
      if (reply.status === 404) return { lost: 'gone' } // a fresh session begins
      if (reply.status === 409) return { recount: true } // the engine asks what landed, and goes on from there
      return { through: offset + size }
    },
    async landed(ctx, session) {
      const reply = await ctx.request({ method: 'HEAD', url: urlOf(session), accept: orGone })
      if (reply.status === 404) return { lost: 'gone' }
      const length = Number(reply.header('x-length') ?? Number.NaN)
      // Hidden by CORS, a header is `null`: never read it as zero.
      if (!Number.isSafeInteger(length))
        throw new UploadError('bad-response', { message: 'Expose `X-Length`' })
      return { ranges: [[0, length]] }
    },
    async complete(ctx, session) {
      const { url } = await ctx.request({ method: 'HEAD', url: urlOf(session) })
      return { result: { url } }
    },
    async abort(ctx, session) {
      await ctx.request({ method: 'DELETE', url: urlOf(session), accept: orGone })
    },
  }
}
