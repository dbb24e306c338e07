import type { Incoming } from '../exchange.ts'
import { assertNext } from '../next-byte.ts'
import type { OpenUpload } from '../open-upload.ts'
import { Problem, problem } from '../problem.ts'
import { receivePart } from '../receive-part.ts'
import type { Found } from '../upload-registry.ts'
import { settle } from './tus-upload.ts'
import { readUploadChecksum } from './upload-checksum.ts'

/** Receives the body of a request where it goes on, and makes the upload a file if it was the last. */
export async function appendBody(upload: OpenUpload, offset: number, incoming: Incoming): Promise<Found> {
  const checksum = readUploadChecksum(incoming.header('upload-checksum'))
  // Whoever is wrong about the offset does not end the request that is at work.
  assertNext(upload, offset)
  const rest = upload.plan.size - offset
  const { bodyLength } = incoming
  if (bodyLength !== undefined && bodyLength > rest) throw problem('body-too-large', { limit: rest })
  const length = bodyLength ?? rest
  const isNothing = length === 0 && upload.plan.size > 0
  if (!isNothing) {
    const part = { offset, length, digest: undefined, replaces: undefined, checksum, isNext: true }
    await receivePart(upload, { ...part, mayEndEarly: bodyLength === undefined }, incoming.body).catch(
      notFinal,
    )
  }
  return settle(upload)
}

/** Clients of tus give up at every 4xx but 409 and 423; one that has slept for a while is to go on. */
function notFinal(error: unknown): never {
  if (!(error instanceof Problem) || error.code !== 'idle-timeout') throw error
  throw problem('unavailable', { detail: error.message })
}
