import { problem } from './problem.ts'
import type { WireIdentity } from './wire.ts'

/** Reads the identity of a file from JSON; throws a problem that names what is wrong with it. */
export function readIdentity(value: unknown): WireIdentity {
  if (typeof value !== 'object' || value === null) throw problem('invalid-request', { field: 'identity' })
  const member = (name: keyof WireIdentity): unknown => Reflect.get(value, name)
  const integer = (name: 'chunkSizeBytes' | 'size' | 'count'): number => {
    const given = member(name)
    if (typeof given === 'number' && Number.isSafeInteger(given)) return given
    throw problem('invalid-request', { field: `identity.${name}` })
  }
  const scheme = member('scheme')
  if (scheme !== 'sha-256-composite') throw problem('invalid-request', { field: 'identity.scheme' })
  const root = member('root')
  if (typeof root !== 'string' || !/^[0-9a-f]{64}$/.test(root)) {
    throw problem('invalid-request', { field: 'identity.root' })
  }
  return {
    scheme,
    root,
    chunkSizeBytes: integer('chunkSizeBytes'),
    size: integer('size'),
    count: integer('count'),
  }
}
