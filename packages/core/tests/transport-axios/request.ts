import type { TransportRequest } from '../../src/ports/transport.ts'

/** A request with what every request needs, and more where given. */
export function requestTo(url: string, more: Partial<TransportRequest> = {}): TransportRequest {
  return {
    method: 'POST',
    url,
    headers: {},
    credentials: 'app',
    signal: new AbortController().signal,
    ...more,
  }
}

/** What a promise rejects with; a failure where it resolves. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('It resolved')
    },
    (thrown: unknown) => thrown,
  )
}
