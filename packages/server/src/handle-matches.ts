import type { Access } from './access.ts'
import { isSameIdentity } from './chunk-ledger.ts'
import { planChunks } from './chunk-plan.ts'
import { type Description, describeUpload, fingerprint } from './describe-upload.ts'
import { assertContentType, json } from './exchange.ts'
import { problem } from './problem.ts'
import { readIdentity } from './read-identity.ts'
import { isObject, readJsonObject } from './read-json.ts'
import type { Handler, ServerContext } from './server-context.ts'
import type { FileRecord } from './storage.ts'
import { createId } from './upload-id.ts'
import type { UploadLimits } from './upload-limits.ts'
import type { WireIdentity, WireMatchAnswer, WireMatched } from './wire.ts'

const MOST_ASKS = 100
// JSON may spell any character in six; this much of it only a batch that is mostly such characters is longer than.
const MOST_ESCAPES = 2
const ROOM_FOR_THE_REST = 2048

interface Ask {
  readonly description: Description
  readonly identity: WireIdentity
}

/** `POST {base}/matches`: files of content that their owner has sent before, without its bytes. */
export const handleMatches: Handler = async (context, incoming, access) => {
  const { instant, limits } = context
  if (!instant) throw problem('not-found')
  assertContentType(incoming, 'application/json')
  const { maxMetadataBytes, maxNameBytes } = limits
  const longest = MOST_ASKS * (MOST_ESCAPES * (maxMetadataBytes + maxNameBytes) + ROOM_FOR_THE_REST)
  const said = await readJsonObject(incoming.body, longest)
  // All are read before anything is made.
  const asks = readAsks(said?.asks, limits)
  const answers: WireMatchAnswer[] = []
  for (const ask of asks) answers.push(await answer(context, access, ask))
  const body: WireMatched = { answers }
  return json(200, body)
}

function readAsks(asks: unknown, limits: UploadLimits): Ask[] {
  if (!Array.isArray(asks)) throw problem('invalid-request', { field: 'asks' })
  if (asks.length > MOST_ASKS) throw problem('invalid-request', { field: 'asks', limit: MOST_ASKS })
  return asks.map((ask: unknown) => {
    if (!isObject(ask)) throw problem('invalid-request', { field: 'asks' })
    return { description: describeUpload(ask, limits), identity: readIdentity(ask.identity) }
  })
}

/** What is another's, and what nobody has, is answered alike. */
async function answer(context: ServerContext, access: Access, ask: Ask): Promise<WireMatchAnswer> {
  const { owner } = access
  const { description, identity } = ask
  if (owner === undefined || !isOf(identity, description)) return { match: 'no' }
  const file = await context.registry.publishCopy({ ...newFile(context, description, identity), owner })
  return file ? { match: 'yes', result: context.resultOf(file) } : { match: 'no' }
}

function isOf(identity: WireIdentity, { size, chunkSizeBytes }: Description): boolean {
  return isSameIdentity(identity, { ...identity, ...planChunks(size, chunkSizeBytes) })
}

function newFile(
  { clock, random }: ServerContext,
  description: Description,
  digest: WireIdentity,
): FileRecord {
  const id = createId(clock, random)
  const now = clock.now()
  // A key of its own: nothing is ever created under it.
  const print = fingerprint('match', description)
  return { id, ...description, key: id, fingerprint: print, createdAt: now, digest, completedAt: now }
}
