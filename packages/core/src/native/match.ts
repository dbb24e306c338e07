import type { NativeResult } from '../api/options.ts'
import type { ContentId, MatchAnswer, MatchAsk, RequestContext } from '../ports/protocol.ts'
import { readMatches } from './wire.ts'

/** Asks whether the server has the content of at most 100 files; one that knows no such question has none. */
export async function match(
  ctx: RequestContext,
  url: string,
  asks: readonly MatchAsk[],
  answerWithinMs: number,
): Promise<readonly MatchAnswer<NativeResult>[]> {
  const reply = await ctx.request({
    method: 'POST',
    url,
    body: { kind: 'json', value: { asks: asks.map(askToWire) } },
    answerWithinMs,
    accept: (status) => (status >= 200 && status < 300) || status === 404 || status === 405,
  })
  return reply.status < 400 ? readMatches(reply, asks.length) : asks.map(() => ({ match: 'no' }))
}

function askToWire({ file: { name, type, size, metadata }, identity }: MatchAsk) {
  // The traits ask for no other name of content.
  const { chunkSizeBytes } = identity as ContentId
  return { name, type, size, chunkSizeBytes, metadata, identity: { ...identity } }
}
