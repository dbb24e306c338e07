import { type Protocol, planChunks } from '@lading/core/engine'

/** The least a protocol can say: one request a chunk, nothing else. */
export function plainProtocol(chunkSizeBytes: number): Protocol<null, undefined> {
  return {
    name: 'plain',
    version: 1,
    traits: () => ({
      plan: (size) => planChunks(size, chunkSizeBytes),
      grain: 'chunk',
      knows: 'nothing',
      resultFrom: 'complete',
    }),
    open: async () => ({ session: null }),
    send: async (ctx, _session, part) => {
      await ctx.request({ method: 'PUT', url: '/', body: { kind: 'blob', blob: part.blob } })
      return { through: part.offset + part.size }
    },
    complete: async () => ({ result: undefined }),
  }
}
