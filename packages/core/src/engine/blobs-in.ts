import type { Body } from '../ports/transport.ts'

/** The blobs a body carries. */
export function blobsIn(body: Body | undefined): Blob[] {
  if (body?.kind === 'blob') return [body.blob]
  return body?.kind === 'form' ? body.entries.flatMap((entry) => ('blob' in entry ? entry.blob : [])) : []
}
