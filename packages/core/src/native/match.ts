import type { NativeResult } from '../api/options.ts'
import type { MatchAnswer, MatchAsk, RequestContext } from '../ports/protocol.ts'
import { readMatches } from './wire.ts'

/** The most the server takes at once. */
const mostAsks = 100
/** On a bucket content is copied, which takes a while for much of it. */
const matchMs = 5 * 60_000

/** Asks whether the server has the content of some files; one that cannot be asked has none. */
export async function match(
  ctx: RequestContext,
  base: string,
  asks: readonly MatchAsk[],
): Promise<readonly MatchAnswer<NativeResult>[]> {
  const answers: MatchAnswer<NativeResult>[] = []
  for (let from = 0; from < asks.length; from += mostAsks) {
    answers.push(...(await askSome(ctx, base, asks.slice(from, from + mostAsks))))
  }
  return answers
}

async function askSome(
  ctx: RequestContext,
  base: string,
  asks: readonly MatchAsk[],
): Promise<readonly MatchAnswer<NativeResult>[]> {
  const reply = await ctx.request({
    method: 'POST',
    url: `${base}/matches`,
    body: { kind: 'json', value: { asks: asks.map(askToWire) } },
    answerWithinMs: matchMs,
    accept: (status) => (status >= 200 && status < 300) || isUnknown(status),
  })
  return isUnknown(reply.status) ? asks.map(() => ({ match: 'no' })) : readMatches(reply, asks.length)
}

/** How a server answers that does not have this resource. */
function isUnknown(status: number): boolean {
  return status === 404 || status === 405
}

function askToWire({ file: { name, type, size, metadata }, identity }: MatchAsk) {
  const chunkSizeBytes = 'root' in identity ? identity.chunkSizeBytes : size
  return { name, type, size, chunkSizeBytes, metadata, identity: { ...identity } }
}
