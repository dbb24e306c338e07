import { toUploadError, UploadError } from '../errors/upload-error.ts'
import type { TransportRequest, TransportResponse } from '../ports/transport.ts'
import { blobsIn } from './blobs-in.ts'
import { onAbort } from './on-abort.ts'
import type { EnginePorts } from './ports.ts'

/** The slowest link worth waiting for where no progress is reported: 32 kB a second. */
const slowBytesPerMs = 32

/** Sends a request, and calls it off when nothing moves any more. */
export async function sendWatched(
  { transport, clock }: Pick<EnginePorts, 'transport' | 'clock'>,
  request: TransportRequest,
  stallTimeoutMs: number,
): Promise<TransportResponse> {
  const { signal } = request
  if (signal.aborted) throw new UploadError('aborted')
  const controller = new AbortController()
  const forget = onAbort(signal, () => controller.abort())
  let movedAt = clock.now()
  let isStalled = false
  // A transport that cannot tell how far it is never calls back: then the body gets the time a slow link needs.
  let patienceMs = blobsIn(request.body).reduce((ms, { size }) => ms + size / slowBytesPerMs, stallTimeoutMs)
  const look = (): void => {
    const left = movedAt + patienceMs - clock.now()
    if (left > 0) {
      cancel = clock.after(left, look)
      return
    }
    isStalled = true
    controller.abort()
  }
  let cancel = clock.after(stallTimeoutMs, look)
  const onSent = (bytes: number): void => {
    movedAt = clock.now()
    patienceMs = stallTimeoutMs
    request.onSent?.(bytes)
  }
  try {
    return await transport.send({ ...request, signal: controller.signal, onSent })
  } catch (error) {
    if (isStalled) throw new UploadError('timeout', { message: `Nothing moved for ${stallTimeoutMs} ms` })
    const failure = toUploadError(error)
    // Called off by the app, not by us: the upload must not wait for ever.
    if (failure.code === 'aborted' && !signal.aborted) throw new UploadError('network')
    throw failure
  } finally {
    cancel()
    forget()
  }
}
