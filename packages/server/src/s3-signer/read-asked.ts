import { isObject } from '../read-json.ts'
import { signerProblem } from './signer-problem.ts'
import type { WireS3File, WireS3Part } from './signer-wire.ts'

const longestName = 1024
const mostPartsAtOnce = 100

/** The description of a file in a request's body. Throws a problem where it is none. */
export function readFileFacts(value: unknown): WireS3File {
  if (!isObject(value)) throw signerProblem('invalid-request', 'Expected `file`')
  const { uploadId, name, type, size, path, metadata, chunkSizeBytes, count } = value
  if (typeof uploadId !== 'string' || !/^[\w.~-]{16,128}$/.test(uploadId)) throw wrong('uploadId')
  if (typeof name !== 'string' || name.length > longestName) throw wrong('name')
  if (typeof type !== 'string' || type.length > longestName) throw wrong('type')
  if (path !== undefined && (typeof path !== 'string' || path.length > 4 * longestName)) throw wrong('path')
  if (metadata !== undefined && !isObject(metadata)) throw wrong('metadata')
  return {
    uploadId,
    name,
    type,
    size: wholeNumber('size', size, 0),
    chunkSizeBytes: wholeNumber('chunkSizeBytes', chunkSizeBytes, 1),
    count: wholeNumber('count', count, 1),
    ...(path !== undefined && { path }),
    ...(metadata !== undefined && { metadata }),
  }
}

/** The parts a client wants to send. */
export function readParts(value: unknown): WireS3Part[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > mostPartsAtOnce) throw wrong('parts')
  return value.map((part: unknown) => {
    if (!isObject(part)) throw wrong('parts')
    const sha256 = readDigest('sha256', part['sha256'])
    return {
      number: wholeNumber('number', part['number'], 1),
      size: wholeNumber('size', part['size'], 0),
      ...(sha256 !== undefined && { sha256 }),
    }
  })
}

/** A hex SHA-256, or nothing. */
export function readDigest(name: string, value: unknown): string | undefined {
  if (value === undefined) return undefined
  if (typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)) return value
  throw wrong(name)
}

function wholeNumber(name: string, value: unknown, least: number): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least) return value
  throw wrong(name)
}

function wrong(name: string): Error {
  return signerProblem('invalid-request', `\`${name}\` cannot be meant`)
}
